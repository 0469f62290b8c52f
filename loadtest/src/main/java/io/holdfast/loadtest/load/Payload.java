package io.holdfast.loadtest.load;

import io.holdfast.loadtest.wire.Masking;
import io.netty.buffer.ByteBuf;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

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

  /** From here on, arrays are worth a copy: the JIT makes vector code for them. */
  private static final int WIDE = 512;

  /** A prime, so that parts moved by a round number of bytes are seen. */
  private static final int PERIOD = 1021;

  private final int size;
  private final long keep;
  private final long[] table = new long[PERIOD];
  private final long[] scratch = new long[PERIOD];

  /** For one thread. */
  Payload(int size, boolean text) {
    this.size = size;
    this.keep = text ? 0x1f1f_1f1f_1f1f_1f1fL : -1L;
    for (int i = 0; i < PERIOD; i++) {
      long z = (i + 1) * STEP;
      z = (z ^ (z >>> 30)) * STIR;
      z ^= z >>> 31;
      table[i] = text ? (z & keep) | LETTERS : z;
    }
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

  private static long seed(int id, int sequence) {
    long z = ((long) id << 32 | (sequence & 0xffff_ffffL)) * STEP;
    return z ^ (z >>> 29);
  }

  /** Appends message {@code sequence} of connection {@code id}, masked with {@code key}. */
  void write(ByteBuf out, int id, int sequence, int key) {
    out.ensureWritable(size);
    long mask = Masking.widen(key);
    long turn = (seed(id, sequence) & keep) ^ mask;
    int at = out.writerIndex();
    out.setLongLE(at, spell(id) ^ mask);
    out.setLongLE(at + 8, spell(sequence) ^ mask);
    int words = size >>> 3;
    if (size < WIDE) {
      for (int i = 2; i < words; i++) {
        out.setLongLE(at + (i << 3), table[i] ^ turn);
      }
    } else {
      writeWide(longs(out, at + MIN_SIZE, (words - 2) << 3), words, turn);
    }
    long last = table[words % PERIOD] ^ turn;
    for (int i = words << 3; i < size; i++, last >>>= 8) {
      out.setByte(at + i, (byte) last);
    }
    out.writerIndex(at + size);
  }

  private void writeWide(LongBuffer out, int words, long turn) {
    for (int i = 2; i < words; ) {
      int from = i % PERIOD;
      int count = Math.min(words - i, PERIOD - from);
      for (int j = 0; j < count; j++) {
        scratch[j] = table[from + j] ^ turn;
      }
      out.put(scratch, 0, count);
      i += count;
    }
  }

  /**
   * Whether {@code length} bytes at {@code index} are those of message {@code sequence} from {@code
   * offset} on, at least {@link #MIN_SIZE}.
   */
  boolean matches(ByteBuf in, int index, int length, int id, int sequence, long offset) {
    long turn = seed(id, sequence) & keep;
    long differ = 0;
    int at = 0;
    for (; at < length && ((offset + at) & 7) != 0; at++) {
      differ |= differ(in, index + at, turn, offset + at);
    }
    int words = (length - at) >>> 3;
    differ |= differ(in, index + at, turn, (int) ((offset + at) >>> 3), words);
    for (at += words << 3; at < length; at++) {
      differ |= differ(in, index + at, turn, offset + at);
    }
    return differ == 0;
  }

  private long differ(ByteBuf in, int index, long turn, int word, int words) {
    LongBuffer wide =
        words << 3 >= WIDE && in.nioBufferCount() == 1 ? longs(in, index, words << 3) : null;
    long differ = 0;
    for (int i = 0; i < words; ) {
      int from = (word + i) % PERIOD;
      int count = Math.min(words - i, PERIOD - from);
      if (wide == null) {
        for (int j = 0; j < count; j++) {
          differ |= in.getLongLE(index + ((i + j) << 3)) ^ table[from + j] ^ turn;
        }
      } else {
        wide.get(scratch, 0, count);
        for (int j = 0; j < count; j++) {
          differ |= scratch[j] ^ table[from + j] ^ turn;
        }
      }
      i += count;
    }
    return differ;
  }

  private long differ(ByteBuf in, int index, long turn, long offset) {
    long word = table[(int) ((offset >>> 3) % PERIOD)] ^ turn;
    return (in.getByte(index) ^ (word >>> (8 * (offset & 7)))) & 0xff;
  }

  private static LongBuffer longs(ByteBuf buffer, int index, int bytes) {
    return buffer.internalNioBuffer(index, bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
  }
}
