package io.holdfast.it.stress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What one peer sends before its end: messages, some in fragments, with Pings and Pongs between.
 * Every byte follows from the seed and its place, so that one which is lost, repeated, swapped or
 * another connection's differs from what is expected.
 */
final class Frames {
  /** How large payloads are. */
  enum Size {
    SMALL(0, 125),
    MIDDLE(126, 65_535),
    LARGE(65_536, 1 << 20),
    ANY(0, 1 << 18);

    private final int least;
    private final int most;

    Size(int least, int most) {
      this.least = least;
      this.most = most;
    }
  }

  /** A Ping of a gateway has a payload of this length, and none of ours. */
  static final int GATEWAY_PING = 8;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int FIN = 0x80;
  private static final int PING = 9;
  private static final int PONG = 10;

  /**
   * One frame.
   *
   * @param first its first byte
   * @param at where its payload begins among all payloads
   */
  private record Frame(int first, int size, int key, long at) {}

  private final long seed;
  private final boolean masked;
  private final List<Frame> frames = new ArrayList<>();
  private long payload;
  private long length;

  /**
   * Decides on the frames.
   *
   * @param masked whether a client sends them
   * @param messages data messages
   * @param bytes stops early when the payloads are together as large as this
   */
  Frames(long seed, boolean masked, int messages, Size size, int bytes) {
    this.seed = seed;
    this.masked = masked;
    SplittableRandom chance = new SplittableRandom(seed);
    for (int i = 0; i < messages && (i == 0 || payload < bytes); i++) {
      int fragments = chance.nextInt(4) == 0 ? chance.nextInt(2, 6) : 1;
      int opcode = chance.nextInt(1, 3);
      for (int fragment = 1; fragment <= fragments; fragment++) {
        int length = chance.nextInt(size.least, size.most + 1);
        boolean empty = chance.nextInt(20) == 0;
        add(chance, (fragment == fragments ? FIN : 0) | opcode, empty ? 0 : length);
        opcode = 0;
        if (chance.nextInt(8) == 0) {
          addControl(chance);
        }
      }
    }
  }

  private void addControl(SplittableRandom chance) {
    int size = chance.nextInt(126);
    boolean ping = size != GATEWAY_PING && chance.nextBoolean();
    add(chance, FIN | (ping ? PING : PONG), size);
  }

  private void add(SplittableRandom chance, int first, int size) {
    Frame frame = new Frame(first, size, chance.nextInt(), payload);
    frames.add(frame);
    payload += size;
    length += header(frame).length + size;
  }

  /** How many frames there are. */
  int count() {
    return frames.size();
  }

  /** All bytes of all of them. */
  long length() {
    return length;
  }

  /** Bytes of the payload of one. */
  int size(int index) {
    return frames.get(index).size;
  }

  /** All bytes of one. */
  byte[] bytes(int index) {
    Frame frame = frames.get(index);
    byte[] header = header(frame);
    byte[] all = new byte[header.length + frame.size];
    System.arraycopy(header, 0, all, 0, header.length);
    fill(all, header.length, frame.size, frame.at);
    return all;
  }

  /** What stands before the payload of one. */
  byte[] header(int index) {
    return header(frames.get(index));
  }

  /** Bytes of the payload of one, from {@code from} on. */
  void payload(int index, int from, byte[] into, int length) {
    fill(into, 0, length, frames.get(index).at + from);
  }

  private byte[] header(Frame frame) {
    ByteBuffer header = ByteBuffer.allocate(14).put((byte) frame.first);
    int mask = masked ? 0x80 : 0;
    if (frame.size < 126) {
      header.put((byte) (mask | frame.size));
    } else if (frame.size < 65_536) {
      header.put((byte) (mask | 126)).putShort((short) frame.size);
    } else {
      header.put((byte) (mask | 127)).putLong(frame.size);
    }
    if (masked) {
      header.putInt(frame.key);
    }
    byte[] bytes = new byte[header.flip().remaining()];
    header.get(bytes);
    return bytes;
  }

  private void fill(byte[] into, int offset, int length, long at) {
    for (int i = 0; i < length; ) {
      long place = at + i;
      long eight = mix(seed + (place >>> 3));
      if ((place & 7) == 0 && length - i >= 8) {
        LONGS.set(into, offset + i, eight);
        i += 8;
      } else {
        into[offset + i++] = (byte) (eight >>> ((place & 7) << 3));
      }
    }
  }

  /** The end of SplitMix64: neighbours have nothing in common. */
  static long mix(long value) {
    long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }

  /** A control frame. */
  static byte[] control(int opcode, byte[] payload, boolean masked) {
    byte[] key = {0x21, 0x43, 0x65, (byte) 0x87};
    ByteBuffer frame = ByteBuffer.allocate(payload.length + (masked ? 6 : 2));
    frame.put((byte) (FIN | opcode)).put((byte) ((masked ? 0x80 : 0) | payload.length));
    if (masked) {
      frame.put(key);
    }
    frame.put(masked ? xor(payload, key) : payload);
    return frame.array();
  }

  /** Masks, or takes the mask away. */
  static byte[] xor(byte[] payload, byte[] key) {
    byte[] result = payload.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] ^= key[i & 3];
    }
    return result;
  }

  /** A Close. */
  static byte[] close(int code, String reason, boolean masked) {
    byte[] text = reason.getBytes(ISO_8859_1);
    byte[] payload = ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array();
    return control(8, payload, masked);
  }
}
