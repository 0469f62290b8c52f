package io.holdfast.loadtest.wire;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/** The masking of RFC 6455 section 5.3, eight bytes at a time. */
public final class Masking {
  private static final int WIDE = 512;

  private static final FastThreadLocal<long[]> SCRATCH =
      new FastThreadLocal<>() {
        @Override
        protected long[] initialValue() {
          return new long[512];
        }
      };

  private Masking() {}

  /**
   * Unmasks (or masks) {@code length} bytes at {@code from} and stores them at {@code to} in the
   * same buffer.
   *
   * @param to at most {@code from}: the bytes may overlap themselves
   * @param key first byte lowest, as {@link FrameReader#maskKey()} gives it
   * @param offset how many bytes of the frame lie before {@code from}
   */
  public static void move(ByteBuf buffer, int from, int to, int length, int key, long offset) {
    int turned = rotate(key, offset);
    long wide = widen(turned);
    int at =
        length >= WIDE && buffer.nioBufferCount() == 1
            ? moveWide(buffer, from, to, length, wide)
            : 0;
    for (; at <= length - Long.BYTES; at += Long.BYTES) {
      buffer.setLongLE(to + at, buffer.getLongLE(from + at) ^ wide);
    }
    for (; at < length; at++) {
      buffer.setByte(to + at, buffer.getByte(from + at) ^ (turned >>> (8 * (at & 3))));
    }
  }

  /**
   * Moves whole words, through an array since the JIT makes vector code for those; returns the
   * bytes.
   */
  private static int moveWide(ByteBuf buffer, int from, int to, int length, long wide) {
    int words = length >>> 3;
    ByteBuffer all = buffer.internalNioBuffer(to, from - to + length);
    LongBuffer source = longs(all, from - to, words);
    LongBuffer target = longs(all, 0, words);
    long[] scratch = SCRATCH.get();
    for (int left = words; left > 0; ) {
      int count = Math.min(left, scratch.length);
      source.get(scratch, 0, count);
      for (int i = 0; i < count; i++) {
        scratch[i] ^= wide;
      }
      target.put(scratch, 0, count);
      left -= count;
    }
    return words << 3;
  }

  private static LongBuffer longs(ByteBuffer all, int at, int words) {
    return all.slice(all.position() + at, words << 3).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
  }

  /** The key as it applies to the byte at {@code offset} of a frame and those after. */
  public static int rotate(int key, long offset) {
    return Integer.rotateRight(key, 8 * (int) (offset & 3));
  }

  /** The key twice, for eight bytes. */
  public static long widen(int key) {
    return (key & 0xffff_ffffL) << 32 | (key & 0xffff_ffffL);
  }
}
