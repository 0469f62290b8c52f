package io.holdfast.relay;

import io.holdfast.relay.Liveness.Foreign;
import io.holdfast.websocket.Breach;
import io.holdfast.websocket.ControlFrames;
import io.holdfast.websocket.FrameCursor;
import io.holdfast.websocket.FrameRules;
import io.holdfast.websocket.Opcode;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What comes in from one leg: its frames, counted, checked and passed to the other leg. */
final class Inlet implements FrameForwarder.Sink {
  private final Relay relay;
  private final Leg leg;
  private final FrameRules rules;
  private final FrameForwarder forwarder;
  private @Nullable Outlet to;

  /** Where bytes go that do not just go on; null mostly. */
  private @Nullable Detour detour;

  /** Pings among what is held, for which nobody owes a Pong yet; null for none. */
  private @Nullable Pings heldPings;

  /** In the middle of {@link #read}. */
  private boolean reading;

  private boolean closeRead;
  private boolean unreadable;
  private boolean ended;
  private long bytes;
  private long messages;

  Inlet(Relay relay, Leg leg, FrameRules rules) {
    this.relay = relay;
    this.leg = leg;
    this.rules = rules;
    this.forwarder = new FrameForwarder(rules, this);
  }

  /** All that comes in goes to {@code outlet}. */
  void leadTo(Outlet outlet) {
    to = outlet;
  }

  /** Has bytes go by {@code way} from here on. */
  void take(Detour way) {
    detour = way;
  }

  /** Has bytes just go on from here on. */
  void straight() {
    detour = null;
  }

  /** Whether bytes are held. */
  boolean held() {
    return detour instanceof Hold;
  }

  /** Where bytes are held; null when they are not. */
  @Nullable Hold hold() {
    return detour instanceof Hold hold ? hold : null;
  }

  /** Lets go to the other leg what is held, and all from here on. */
  void letGo() {
    if (detour instanceof Hold hold) {
      detour = null;
      if (heldPings != null) {
        leg.peer().liveness.onForeignPings(heldPings);
        heldPings = null;
      }
      hold.drainTo(to());
      if (closeRead) {
        onClosed();
      } else if (!forwarder.insideFrame()) {
        to().writePending(); // the boundary that it waited for may be the one the hold began at
      }
    }
  }

  /** Drops what is held, and all from here on. */
  void drop() {
    if (detour != null) {
      detour.release();
    }
    ended = true;
    forwarder.end();
  }

  /** Whether what was passed on ends between two messages. */
  boolean betweenMessages() {
    return forwarder.betweenMessages();
  }

  /** The way to the other leg. */
  Outlet to() {
    assert to != null : "legs are tied before they are used";
    return to;
  }

  /** Takes over {@code in}. */
  void read(ByteBuf in) {
    int size = in.readableBytes();
    bytes += size;
    reading = true;
    try {
      forwarder.read(in);
    } finally {
      reading = false;
      messages += forwarder.messages();
    }
    relay.onRead(leg, forwarder, size);
  }

  /**
   * Nothing more will come.
   *
   * @param cause null when the peer has ended it
   */
  void end(@Nullable Throwable cause) {
    if (!ended) {
      ended = true;
      forwarder.end();
      relay.onInputEnd(leg, cause);
    }
  }

  /** Whether nothing more will come. */
  boolean ended() {
    return ended;
  }

  /** Whether the peer has sent its Close. */
  boolean closeRead() {
    return closeRead;
  }

  /** Whether what comes can no longer be read as frames, an answer to our Close neither. */
  boolean unreadable() {
    return unreadable;
  }

  /** Whether what was passed on ends inside a data frame, where nothing may be put in. */
  boolean insideFrame() {
    return passesOn() && forwarder.insideFrame();
  }

  /** Whether what was read, though it may be held, ends inside a data frame. */
  boolean stopsInsideFrame() {
    return forwarder.insideFrame();
  }

  private boolean passesOn() {
    return detour == null || detour.passes();
  }

  /** Bytes read, headers and control frames included. */
  long bytes() {
    return bytes;
  }

  /** The message that has ended just now reaches nobody. */
  void uncount() {
    messages--;
  }

  /** Data messages read, but for those that reach nobody. */
  long messages() {
    return reading ? messages + forwarder.messages() : messages;
  }

  @Override
  public void pass(ByteBuf passed) {
    if (detour == null) {
      to().write(passed);
    } else {
      detour.pass(passed);
    }
  }

  @Override
  public boolean onControl(FrameCursor frame, ByteBuf in, int payload) {
    boolean passed = judge(frame, in, payload);
    if (passed && detour != null) {
      detour.onControl();
    }
    return passed;
  }

  private boolean judge(FrameCursor frame, ByteBuf in, int payload) {
    int length = (int) frame.payloadLength();
    return switch (frame.opcode()) {
      case Opcode.PONG -> {
        if (ControlFrames.carries(in, payload, length, frame.mask(), relay.pingToken())) {
          if (!leg.isClient()) {
            relay.owner().onPong(relay.loop().time() - leg.liveness.pingedAt());
          }
          yield false;
        }
        Foreign pong =
            leg.liveness.onForeignPong(ControlFrames.hash(in, payload, length, frame.mask()));
        if (pong == Foreign.ANSWER && held() && leg.isClient()) {
          sendAhead(in, payload - frame.headerLength(), payload + length);
          yield false;
        }
        yield pong != Foreign.STALE;
      }
      case Opcode.PING -> {
        onPing(ControlFrames.hash(in, payload, length, frame.mask()));
        yield true;
      }
      case Opcode.CLOSE -> onClose(ControlFrames.closeCode(in, payload, length, frame.mask()));
      default -> true;
    };
  }

  private void onPing(long hash) {
    if (passesOn()) {
      leg.peer().liveness.onForeignPing(hash);
    } else {
      heldPings = heldPings == null ? new Pings() : heldPings;
      heldPings.add(hash);
    }
  }

  /**
   * Passes a Pong to whoever asked for it, before all that is held: behind that it would reach
   * somebody who did not ask. What was passed on ends between two messages.
   */
  private void sendAhead(ByteBuf in, int from, int end) {
    to().write(in.copy(from, end - from));
    to().flush();
  }

  private boolean onClose(int code) {
    Breach breach = rules.checkClose(code);
    if (breach != null) {
      forwarder.refuse();
      onBreach(breach);
      return false;
    }
    if (!relay.onClose(leg, code)) {
      return false;
    }
    closeRead = true;
    return true;
  }

  @Override
  public void onClosed() {
    if (!closeRead) {
      return;
    }
    if (held()) {
      relay.mobility().onHeldClose();
    } else {
      to().passedClose();
      relay.ending().afterClose();
    }
  }

  @Override
  public void onBreach(Breach breach) {
    unreadable = true;
    relay.onBreach(leg, breach);
  }

  @Override
  public boolean wantsBoundary() {
    return detour == null ? to().pending() : detour.wantsBoundary();
  }

  @Override
  public void atBoundary(boolean endOfMessage) {
    if (detour != null) {
      detour.atBoundary(endOfMessage);
    }
    if (passesOn()) {
      to().writePending();
    }
  }
}
