package io.holdfast.chat.room.redis;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How far one room is known here, by the sequences that Redis gave. Not thread-safe. */
final class Place {
  private long told;
  private long known;
  private long caughtUpFrom;

  /** What was told while what was missed before is still asked for; null when nothing is. */
  private @Nullable Set<Long> meanwhile;

  /** Somebody here has found it on arrival; others may still have to hear of it. */
  void know(long sequence) {
    known = Math.max(known, sequence);
  }

  /** The last that anybody here knows. */
  long known() {
    return known;
  }

  /** Whether listeners have yet to hear of it; it is taken for told then. */
  boolean isNew(long sequence) {
    if (sequence <= told) {
      return false;
    }
    told = sequence;
    know(sequence);
    if (meanwhile != null) {
      meanwhile.add(sequence);
    }
    return true;
  }

  /** From now on, what is told may come before what was missed. */
  void catchUp() {
    if (meanwhile == null) {
      meanwhile = new HashSet<>();
      caughtUpFrom = known;
    }
  }

  /** Whether it was told while this node was apart, and has not been heard here since. */
  boolean wasMissed(long sequence) {
    if (meanwhile == null || sequence <= caughtUpFrom || !meanwhile.add(sequence)) {
      return false;
    }
    told = Math.max(told, sequence);
    know(sequence);
    return true;
  }

  /** All that was missed was told. */
  void caughtUp() {
    meanwhile = null;
  }
}
