package io.holdfast.loadtest.wire;

import io.netty.buffer.ByteBuf;

/** The masking of RFC 6455 section 5.3, eight bytes at a time. */
public final class Masking {

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
    int at = 0;
    for (; at <= length - Long.BYTES; at += Long.BYTES) {
      buffer.setLongLE(to + at, buffer.getLongLE(from + at) ^ wide);
    }
    for (; at < length; at++) {
      buffer.setByte(to + at, buffer.getByte(from + at) ^ (turned >>> (8 * (at & 3))));
    }
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
