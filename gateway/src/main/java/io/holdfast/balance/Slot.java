package io.holdfast.balance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One backend's load, in an array beside those of the service's others: a choice among a thousand
 * reads a few cache lines in place of a thousand. Two flags stand in the same number. Thread-safe.
 *
 * @param array of 64 such loads, or fewer
 * @param index where in it
 */
@SuppressWarnings("ArrayRecordComponent") // the array is shared on purpose
record Slot(int[] array, int index) {
  /** Loads of one array. */
  static final int ARRAY = 64;

  /** Takes nothing new. */
  static final int BLOCKED = 1 << 30;

  /** Is to get its share of new work only by and by. */
  static final int RAMPING = 1 << 29;

  private static final int COUNT = RAMPING - 1;

  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);

  /** Load and flags, as of about now: a plain read, since a choice makes a thousand of them. */
  static int read(int[] array, int index) {
    return array[index];
  }

  /** The load alone. */
  static int load(int loadAndFlags) {
    return loadAndFlags & COUNT;
  }

  int load() {
    return load((int) INTS.getVolatile(array, index));
  }

  void add(int difference) {
    INTS.getAndAdd(array, index, difference);
  }

  boolean has(int flag) {
    return ((int) INTS.getVolatile(array, index) & flag) != 0;
  }

  /** Sets or clears a flag, and returns whether that changed it. */
  boolean flag(int flag, boolean on) {
    int before =
        on
            ? (int) INTS.getAndBitwiseOr(array, index, flag)
            : (int) INTS.getAndBitwiseAnd(array, index, ~flag);
    return ((before & flag) != 0) != on;
  }
}
