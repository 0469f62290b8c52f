package io.holdfast.relay;

import io.holdfast.websocket.Frame;
import io.holdfast.websocket.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One end of a simulated connection: says numbered messages in fragments of any size, over reads
 * that end anywhere, and notes what it hears.
 */
final class Peer {
  private static final int COMPRESSED = 4;

  final Wire wire;
  private final Random random;
  private final boolean client;

  /** Whole messages that it has said, in order. */
  final List<String> said = new ArrayList<>();

  /** Whole messages that it has heard, in order. */
  final List<String> heard = new ArrayList<>();

  final List<String> pingsHeard = new ArrayList<>();
  final List<String> pongsHeard = new ArrayList<>();

  /** The Close that it has heard; null while there is none. */
  @Nullable String closed;

  private boolean sentClose;
  private byte[] onItsWay = {};
  private byte[] in = {};
  private @Nullable StringBuilder message;

  Peer(Wire wire, Random random, boolean client) {
    this.wire = wire;
    this.random = random;
    this.client = client;
  }

  /** Says a message; parts of it may leave later. */
  void say(String text, boolean compressed, int padding) {
    if (sentClose) {
      return;
    }
    said.add(text);
    byte[] payload = (text + "." + "x".repeat(padding)).getBytes(StandardCharsets.UTF_8);
    int from = 0;
    boolean first = true;
    while (first || from < payload.length) {
      int to =
          random.nextInt(4) == 0 ? from + random.nextInt(payload.length - from) : payload.length;
      Frame frame = Frame.of(first ? Opcode.TEXT : Opcode.CONTINUATION, part(payload, from, to));
      frame = to < payload.length ? frame.unfinished() : frame;
      put(first && compressed ? frame.reserved(COMPRESSED) : frame);
      if (to < payload.length && random.nextInt(4) == 0) {
        put(Frame.pong("unasked"));
      }
      first = false;
      from = to;
    }
  }

  void ping(String text) {
    if (!sentClose) {
      put(Frame.ping(text));
    }
  }

  /** Says its Close, behind all that it has begun to say. */
  void close(int code) {
    if (!sentClose) {
      put(Frame.close(code, ""));
      sentClose = true;
    }
  }

  boolean sentClose() {
    return sentClose;
  }

  private void put(Frame frame) {
    byte[] bytes = (client ? frame.masked(random.nextInt()) : frame).bytes();
    int before = onItsWay.length;
    onItsWay = Arrays.copyOf(onItsWay, before + bytes.length);
    System.arraycopy(bytes, 0, onItsWay, before, bytes.length);
  }

  private static byte[] part(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  /**
   * A part of what is on its way arrives, if the gateway reads. Some of it may have been read just
   * before it stopped to.
   */
  void deliver(boolean all) {
    boolean read = wire.reads() || random.nextInt(8) == 0;
    if (onItsWay.length == 0 || !wire.isOpen() || !read) {
      return;
    }
    int size = all ? onItsWay.length : 1 + random.nextInt(onItsWay.length);
    byte[] now = part(onItsWay, 0, size);
    onItsWay = part(onItsWay, size, onItsWay.length);
    wire.sends(now);
    wire.runPendingTasks();
  }

  boolean delivered() {
    return onItsWay.length == 0;
  }

  /** Hears what has come. */
  void listen() {
    byte[] more = wire.gotBytes();
    if (more.length == 0) {
      return;
    }
    int before = in.length;
    in = Arrays.copyOf(in, before + more.length);
    System.arraycopy(more, 0, in, before, more.length);
    int whole = whole();
    ByteBuf frames = Unpooled.wrappedBuffer(part(in, 0, whole));
    in = part(in, whole, in.length);
    Frame.read(frames).forEach(this::hear);
  }

  /** Bytes of whole frames. */
  private int whole() {
    int end = 0;
    while (in.length - end >= 2) {
      int small = in[end + 1] & 0x7f;
      int header = 2 + (small == 126 ? 2 : small == 127 ? 8 : 0) + (in[end + 1] < 0 ? 4 : 0);
      if (in.length - end < header) {
        return end;
      }
      int length = small < 126 ? small : (in[end + 2] & 0xff) << 8 | (in[end + 3] & 0xff);
      if (small == 127) {
        length = Unpooled.wrappedBuffer(in, end + 6, 4).readInt();
      }
      if (in.length - end < header + length) {
        return end;
      }
      end += header + length;
    }
    return end;
  }

  private void hear(Frame frame) {
    if (closed != null) {
      throw new AssertionError("a frame behind a Close: " + frame);
    }
    if ((frame.mask() == null) != client) {
      throw new AssertionError("masked the wrong way: " + frame);
    }
    switch (frame.opcode()) {
      case Opcode.TEXT -> {
        if (message != null) {
          throw new AssertionError("a message inside another");
        }
        message = new StringBuilder();
        part(frame);
      }
      case Opcode.CONTINUATION -> part(frame);
      case Opcode.PING -> pingsHeard.add(frame.text());
      case Opcode.PONG -> pongsHeard.add(frame.text());
      case Opcode.CLOSE -> closed = frame.payload().length == 0 ? "1005 " : frame.close();
      default -> throw new AssertionError("opcode " + frame.opcode());
    }
  }

  private void part(Frame frame) {
    StringBuilder text = message;
    if (text == null) {
      throw new AssertionError("a continuation of nothing");
    }
    text.append(frame.text());
    if (frame.fin()) {
      heard.add(text.substring(0, text.indexOf(".")));
      message = null;
    }
  }

  /** Answers its Pings. */
  void pong() {
    pingsHeard.forEach(text -> {
      if (!sentClose) {
        put(Frame.pong(text));
      }
    });
    pingsHeard.clear();
  }
}
