package io.holdfast.loadtest.load;

import io.netty.buffer.ByteBuf;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks one connection's echoes, byte for byte and in order, as their bytes come in. */
final class EchoCheck {
  /** What a whole echo turned out to be. */
  enum Verdict {
    GOOD,
    MISMATCHED,
    OUT_OF_ORDER,
    DUPLICATED
  }

  private final Payload payload;
  private final int id;
  private final int size;
  private int next;
  private @Nullable Set<Integer> missing;
  private long position;
  private long idWord;
  private long sequenceWord;
  private boolean same = true;
  private int sequence;

  EchoCheck(Payload payload, int id, int size) {
    this.payload = payload;
    this.id = id;
    this.size = size;
  }

  /** Takes the next bytes of a message. */
  void bytes(ByteBuf in, int index, int length) {
    int at = 0;
    while (position < Payload.MIN_SIZE && at < length) {
      if (position == 0 && length >= Payload.MIN_SIZE) {
        idWord = in.getLongLE(index);
        sequenceWord = in.getLongLE(index + 8);
        at = Payload.MIN_SIZE;
        position = Payload.MIN_SIZE;
      } else {
        long shifted = (in.getByte(index + at) & 0xffL) << (8 * (position & 7));
        if (position < 8) {
          idWord |= shifted;
        } else {
          sequenceWord |= shifted;
        }
        at++;
        position++;
      }
      if (position == Payload.MIN_SIZE) {
        sequence = Payload.unspell(sequenceWord);
      }
    }
    if (at < length) {
      same = same && payload.matches(in, index + at, length - at, id, sequence, position);
      position += length - at;
    }
  }

  /**
   * Judges the message whose bytes were taken.
   *
   * @param sent how many messages were sent so far
   */
  Verdict messageEnd(long sent) {
    boolean ours =
        same
            && position == size
            && idWord == Payload.spell(id)
            && Payload.isSpelled(sequenceWord)
            && Integer.compareUnsigned(sequence, (int) sent) < 0;
    int got = sequence;
    position = 0;
    idWord = 0;
    sequenceWord = 0;
    same = true;
    if (!ours) {
      // It took some message's place, most likely the one that was due.
      next++;
      return Verdict.MISMATCHED;
    }
    if (got == next) {
      next++;
      return Verdict.GOOD;
    }
    if (Integer.compareUnsigned(got, next) > 0) {
      skipTo(got);
      return Verdict.GOOD;
    }
    return missing != null && missing.remove(got) ? Verdict.OUT_OF_ORDER : Verdict.DUPLICATED;
  }

  /** The sequence number of the last message judged. */
  int lastSequence() {
    return sequence;
  }

  /** The lowest sequence number whose echo may still come in order. */
  long next() {
    return Integer.toUnsignedLong(next);
  }

  private void skipTo(int got) {
    if (missing == null) {
      missing = new HashSet<>();
    }
    for (int i = next; i != got; i++) {
      missing.add(i);
    }
    next = got + 1;
  }
}
