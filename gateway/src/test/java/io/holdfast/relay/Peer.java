package io.holdfast.relay;

import io.holdfast.websocket.Frame;
import io.holdfast.websocket.Opcode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * One end of a simulated connection: says numbered messages in fragments of any size, over reads
 * that end anywhere, and notes each frame that it says.
 */
final class Peer {
  private static final int COMPRESSED = 4;

  /** A gateway reads no more than this at once. */
  private static final int CHUNK = 64 * 1024;

  private static final int LONGEST = 80_000;

  /** What messages are filled up with: no two parts of it are alike. */
  private static final String NOISE = noise();

  final Wire wire;
  private final String name;
  private final String gatewaysPing;
  private final Random random;
  private final boolean client;

  /**
   * Frames that it has said, in order, without its Close and its answers to the gateway's Pings.
   */
  final List<Token> said = new ArrayList<>();

  /** Where each of {@link #said} ends, in bytes. */
  private final List<Long> ends = new ArrayList<>();

  final Ear ear;

  private boolean sentClose;
  private boolean endsInput;
  private boolean endedInput;
  private int pings;
  private int pongs;
  private int hesitates;
  private long delivered;

  /** The gateway may be reading just when it stops to. */
  private boolean beingRead = true;

  private byte[] onItsWay = {};

  /**
   * An end.
   *
   * @param name what its control frames begin with
   * @param gatewaysPing payload of the gateway's own Pings
   */
  Peer(Wire wire, Random random, boolean client, String name, String gatewaysPing) {
    this.wire = wire;
    this.random = random;
    this.client = client;
    this.name = name;
    this.gatewaysPing = gatewaysPing;
    this.ear = new Ear(client, gatewaysPing);
  }

  private static String noise() {
    Random random = new Random(1);
    StringBuilder noise = new StringBuilder();
    while (noise.length() < 2 * LONGEST) {
      noise.append((char) ('a' + random.nextInt(26)));
    }
    return noise.toString();
  }

  /**
   * Says a message; parts of it may leave later, and control frames stand between its fragments.
   *
   * @param swallowed whether nobody is to hear its data frames
   */
  void say(String text, boolean compressed, int padding, boolean swallowed) {
    if (mute()) {
      return;
    }
    int start = random.nextInt(LONGEST);
    byte[] payload =
        (text + "." + NOISE.substring(start, start + padding)).getBytes(StandardCharsets.US_ASCII);
    // Its number stands in the first frame, so that no two first frames are alike.
    int from = 0;
    int atLeast = text.length() + 1;
    boolean first = true;
    while (first || from < payload.length) {
      int to = payload.length;
      if (random.nextInt(4) == 0) {
        to = from + atLeast + random.nextInt(payload.length - from - atLeast + 1);
      }
      Frame frame =
          Frame.of(
              first ? Opcode.TEXT : Opcode.CONTINUATION, Arrays.copyOfRange(payload, from, to));
      frame = to < payload.length ? frame.unfinished() : frame;
      put(first && compressed ? frame.reserved(COMPRESSED) : frame, !swallowed);
      if (to < payload.length) {
        interject();
      }
      first = false;
      atLeast = 0;
      from = to;
    }
  }

  private void interject() {
    int wanted = random.nextInt(8);
    if (wanted == 0) {
      ping();
    } else if (wanted == 1) {
      put(Frame.pong(name + "-unasked-" + pongs++), true);
    }
  }

  void ping() {
    if (!mute()) {
      put(Frame.ping(name + "-ping-" + pings++), true);
    }
  }

  /** Says its Close, behind all that it has begun to say. */
  void close(int code) {
    if (!mute()) {
      put(Frame.close(code, ""), false);
      sentClose = true;
    }
  }

  boolean sentClose() {
    return sentClose;
  }

  /** Ends its side of the connection, behind all that it has begun to say. */
  void endInput() {
    endsInput = true;
  }

  /** Whether it says no more. */
  boolean mute() {
    return sentClose || endsInput;
  }

  private void put(Frame frame, boolean noted) {
    byte[] bytes = (client ? frame.masked(random.nextInt()) : frame).bytes();
    onItsWay = joined(onItsWay, bytes);
    if (noted) {
      said.add(Token.of(frame));
      ends.add(delivered + onItsWay.length);
    }
  }

  static byte[] joined(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  /** Stops in the middle of what it says, for a while. */
  void hesitate(int steps) {
    hesitates = steps;
  }

  /**
   * A part of what is on its way arrives, if the gateway reads; or if it was reading just when it
   * stopped to.
   */
  void deliver(boolean all) {
    if (hesitates > 0 && !all) {
      hesitates--;
      return;
    }
    boolean read = wire.reads() || (beingRead && random.nextBoolean());
    beingRead = wire.reads();
    if (!wire.isOpen() || !read) {
      return;
    }
    if (onItsWay.length > 0) {
      int size = Math.min(CHUNK, onItsWay.length);
      size = all || random.nextInt(3) > 0 ? size : 1 + random.nextInt(size);
      byte[] now = Arrays.copyOf(onItsWay, size);
      onItsWay = Arrays.copyOfRange(onItsWay, size, onItsWay.length);
      delivered += size;
      wire.sends(now);
      wire.runPendingTasks();
    }
    if (endsInput && !endedInput && delivered()) {
      endedInput = true;
      wire.endsInput();
    }
  }

  /** Whether nothing is on its way. */
  boolean delivered() {
    return onItsWay.length == 0;
  }

  /** How many of {@link #said} have arrived. */
  int arrived() {
    int count = said.size();
    while (count > 0 && ends.get(count - 1) > delivered) {
      count--;
    }
    return count;
  }

  /** The data frames of its first messages. */
  List<Token> begin(int messages) {
    List<Token> frames = new ArrayList<>();
    int ended = 0;
    for (int i = 0; ended < messages && i < said.size(); i++) {
      Token frame = said.get(i);
      if (frame.isData()) {
        frames.add(frame);
        ended += frame.fin() ? 1 : 0;
      }
    }
    return frames;
  }

  /** Whether its side has been seen to end. */
  boolean endedInput() {
    return endedInput;
  }

  /** Hears what has come. */
  void listen() {
    byte[] more = wire.gotBytes();
    if (more.length > 0) {
      ear.hear(more);
    }
  }

  /** Answers its Pings. */
  void pong() {
    for (String text : ear.pings) {
      if (!mute()) {
        byte[] payload = text.getBytes(StandardCharsets.ISO_8859_1);
        put(Frame.of(Opcode.PONG, payload), !text.equals(gatewaysPing));
      }
    }
    ear.pings.clear();
  }
}
