package io.holdfast.relay;

import io.holdfast.websocket.Opcode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A simulated backend that answers each message after a while, and a Close at once, as ordinary
 * WebSocket servers do; now and then it stands still, closes, or is lost.
 */
final class Server {
  /** It answers sooner than a relay counts as silent. */
  private static final int ANSWER_STEPS = 6;

  /** So long after it stood still, or stopped, it may be behind with its answers. */
  private static final int BEHIND = 40;

  final Peer peer;
  final int number;
  private final Random random;
  private final Peer client;
  private final Relay relay;

  /** So many messages it is told again that the client has said to another. */
  private final int again;

  /** So many of its first messages open what follows. */
  private final int opening;

  private final boolean polite;
  private final TreeMap<Integer, String> due = new TreeMap<>();
  private List<Token> toldAgain = List.of();
  private int step;
  private int frozenFor;
  private int behindUntil;
  private int heard;
  private int messages;
  private int answered;

  /** So many of its first answers the client has had already. */
  private long had;

  /** The frames that were said to it alone, in order. */
  final List<Token> own = new ArrayList<>();

  /** It had not answered so much when it closed, though it was not behind. */
  int dropped;

  /** It has answered the handshake. */
  boolean there;

  /** Its connection has ended. */
  boolean gone;

  /** It was lost, or closed or ended its side by itself. */
  boolean failed;

  /** Of the client's frames so many may have been lost with it. */
  int mayLose;

  /** The relay has left it without silence before, or after its time was up. */
  boolean leftEarly;

  /** Its Pings that arrived while the client was held, or were not answered when it came to be. */
  final Set<String> latePings = new HashSet<>();

  private int lookedAt;
  private boolean clientWasHeld;

  /** What it said last may be lost. */
  boolean mayBeCut;

  /**
   * A backend.
   *
   * @param number 0 for the first
   * @param client at the other end of the relay
   * @param opening messages that every backend is told first
   */
  Server(
      Wire wire,
      Random random,
      int number,
      Peer client,
      int opening,
      String gatewaysPing,
      Relay relay) {
    this.relay = relay;
    this.random = random;
    this.number = number;
    this.client = client;
    this.opening = opening;
    this.again = number == 0 ? 0 : opening;
    this.polite = random.nextBoolean();
    peer = new Peer(wire, random, false, "s" + number, gatewaysPing);
  }

  /** One that has an opening says nothing before it. */
  boolean mayPush() {
    return isAwake() && answered >= opening;
  }

  /** How many bytes for the client have arrived. */
  int bytesForClient() {
    return peer.said.stream().limit(peer.arrived()).mapToInt(f -> f.payload().length()).sum();
  }

  /** Looks at what has arrived from it since the last time. */
  void look(boolean clientIsHeld) {
    // Those that came before and are not answered yet, once it is held, too.
    int from = clientIsHeld && !clientWasHeld ? 0 : lookedAt;
    clientWasHeld = clientIsHeld;
    lookedAt = peer.arrived();
    for (Token frame : clientIsHeld ? peer.said.subList(from, lookedAt) : List.<Token>of()) {
      if (frame.opcode() == Opcode.PING && !hasHeardPong(frame.payload())) {
        latePings.add(frame.payload());
      }
    }
  }

  private boolean hasHeardPong(String payload) {
    return own.stream()
        .anyMatch(frame -> frame.opcode() == Opcode.PONG && frame.payload().equals(payload));
  }

  /** Whether it has something to say yet. */
  boolean owes() {
    return !gone && !peer.mute() && !due.isEmpty();
  }

  boolean isAwake() {
    return there && !gone && frozenFor == 0;
  }

  /** Stands still for so many steps. */
  void freeze(int steps) {
    frozenFor = Math.max(frozenFor, steps);
    behindUntil = Math.max(behindUntil, step + frozenFor + BEHIND);
  }

  /** Stops in the middle of what it says, for so many steps. */
  void hesitate(int steps) {
    peer.hesitate(steps);
    behindUntil = Math.max(behindUntil, step + steps + BEHIND);
  }

  void thaw() {
    frozenFor = 0;
  }

  /** Lives for one step, without the gateway. */
  void live() {
    if (gone) {
      return;
    }
    step++;
    if (frozenFor > 0) {
      frozenFor--;
      return;
    }
    hear();
    while (!due.isEmpty() && due.firstKey() <= step) {
      answer(due.pollFirstEntry().getValue());
    }
    peer.pong();
    if (peer.ear.closed != null && !peer.mute()) {
      while (polite && !due.isEmpty()) {
        answer(due.pollFirstEntry().getValue());
      }
      dropped = step < behindUntil ? 0 : due.size();
      peer.close(1000);
    }
  }

  private void hear() {
    peer.listen();
    List<Token> frames = peer.ear.frames;
    if (heard == 0 && again > 0 && !frames.isEmpty()) {
      toldAgain = client.begin(again);
      had = Math.min(again, relay.messagesFromBackend());
    }
    for (; heard < frames.size(); heard++) {
      Token frame = frames.get(heard);
      if (heard >= toldAgain.size()) {
        own.add(frame);
      } else if (!frame.equals(toldAgain.get(heard))) {
        throw new AssertionError("said again: " + frame + ", not " + toldAgain.get(heard));
      }
    }
    for (; messages < peer.ear.messages.size(); messages++) {
      int at = step + random.nextInt(ANSWER_STEPS);
      while (due.putIfAbsent(at, peer.ear.messages.get(messages)) != null) {
        at++;
      }
    }
  }

  /** The first answers of a new backend are to what it was told again, and reach nobody. */
  private void answer(String text) {
    peer.say("to-" + text, random.nextBoolean(), MoveChance.padding(random), answered < had);
    answered++;
  }

  /** What it has said arrives, or part of it. */
  void deliver(boolean all) {
    if (!there || gone || frozenFor > 0) {
      return;
    }
    peer.deliver(all);
    boolean answeredClose = peer.sentClose() && peer.delivered();
    boolean heardClose = peer.ear.closed != null;
    if ((answeredClose && (heardClose || random.nextInt(10) == 0))
        || (peer.endedInput() && heardClose)) {
      end();
    }
  }

  /** Its connection ends; all that has left the gateway was heard before. */
  void end() {
    hear();
    gone = true;
    peer.wire.ends();
  }
}
