package io.holdfast.loadtest.load;

import io.holdfast.loadtest.wire.Masking;
import io.netty.buffer.ByteBuf;

/**
 * What messages carry: eight letters that spell the connection's id, eight that spell the sequence
 * number, then bytes that follow from both, so that any byte changed, lost or moved between
 * messages is seen. Text payloads use ASCII only.
 */
final class Payload {
  /** Id and sequence number must fit. */
  static final int MIN_SIZE = 16;

  private static final long NIBBLES = 0x0f0f_0f0f_0f0f_0f0fL;
  private static final long LETTERS = 0x4040_4040_4040_4040L;
  private static final long STEP = 0x9e37_79b9_7f4a_7c15L;
  private static final long STIR = 0xbf58_476d_1ce4_e5b9L;

  private final int size;
  private final long keep;
  private final long add;

  Payload(int size, boolean text) {
    this.size = size;
    this.keep = text ? 0x1f1f_1f1f_1f1f_1f1fL : -1L;
    this.add = text ? LETTERS : 0;
  }

  /** Spells 32 bits as eight letters, lowest nibble first. */
  static long spell(int value) {
    return Long.expand(value & 0xffff_ffffL, NIBBLES) | LETTERS;
  }

  /** Whether {@code word} is something {@link #spell} makes. */
  static boolean isSpelled(long word) {
    return (word & ~NIBBLES) == LETTERS;
  }

  /** What was spelled. */
  static int unspell(long word) {
    return (int) Long.compress(word, NIBBLES);
  }

  /** The eight bytes at {@code index * 8}, first byte lowest. */
  private long word(long seed, long index) {
    long z = (seed + index * STEP) * STIR;
    return ((z ^ (z >>> 32)) & keep) | add;
  }

  private static long seed(int id, int sequence) {
    long z = ((long) id << 32 | (sequence & 0xffff_ffffL)) * STEP;
    return z ^ (z >>> 29);
  }

  /** Appends message {@code sequence} of connection {@code id}, masked with {@code key}. */
  void write(ByteBuf out, int id, int sequence, int key) {
    out.ensureWritable(size);
    long mask = Masking.widen(key);
    long seed = seed(id, sequence);
    int at = out.writerIndex();
    out.setLongLE(at, spell(id) ^ mask);
    out.setLongLE(at + 8, spell(sequence) ^ mask);
    int words = size >>> 3;
    for (int i = 2; i < words; i++) {
      out.setLongLE(at + (i << 3), word(seed, i) ^ mask);
    }
    long last = word(seed, words) ^ mask;
    for (int i = words << 3; i < size; i++, last >>>= 8) {
      out.setByte(at + i, (byte) last);
    }
    out.writerIndex(at + size);
  }

  /**
   * Whether {@code length} bytes at {@code index} are those of message {@code sequence} from {@code
   * offset} on, at least {@link #MIN_SIZE}.
   */
  boolean matches(ByteBuf in, int index, int length, int id, int sequence, long offset) {
    long seed = seed(id, sequence);
    long differ = 0;
    int at = 0;
    for (; at < length && ((offset + at) & 7) != 0; at++) {
      differ |= differ(in, index + at, seed, offset + at);
    }
    long word = (offset + at) >>> 3;
    for (; at <= length - Long.BYTES; at += Long.BYTES) {
      differ |= in.getLongLE(index + at) ^ word(seed, word++);
    }
    for (; at < length; at++) {
      differ |= differ(in, index + at, seed, offset + at);
    }
    return differ == 0;
  }

  private long differ(ByteBuf in, int index, long seed, long offset) {
    return (in.getByte(index) ^ (word(seed, offset >>> 3) >>> (8 * (offset & 7)))) & 0xff;
  }
}
