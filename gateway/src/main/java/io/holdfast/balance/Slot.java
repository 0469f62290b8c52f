package io.holdfast.balance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * One backend's load, in an array beside those of the service's others: a choice among a thousand
 * reads a few cache lines in place of a thousand. Four flags stand in the same number. Thread-safe.
 *
 * @param array made by {@link #newArray}
 * @param index where in it
 */
@SuppressWarnings("ArrayRecordComponent") // the array is shared on purpose
record Slot(int[] array, int index) {
  /** Loads of one array. */
  static final int ARRAY = 64;

  /** Takes nothing new. */
  static final int BLOCKED = 1 << 30;

  /** Has as much as it may have. */
  static final int FULL = 1 << 29;

  /** Has as many pending handshakes as it may have. */
  static final int BUSY = 1 << 28;

  /** Is to get its share of new work only by and by. */
  static final int RAMPING = 1 << 27;

  private static final int COUNT = RAMPING - 1;

  /** What stands for no load: a backend that reports less than we know of would be below it. */
  private static final int ZERO = 1 << 26;

  /** The largest difference that {@link #add} may come to. */
  static final int MOST = ZERO - 1;

  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);

  /** {@value ARRAY} backends without load. */
  static int[] newArray() {
    int[] array = new int[ARRAY];
    Arrays.fill(array, ZERO);
    return array;
  }

  /** Load and flags, as of about now: a plain read, since a choice makes a thousand of them. */
  static int read(int[] array, int index) {
    return array[index];
  }

  /** The load alone, at least 0. */
  static int load(int loadAndFlags) {
    return Math.max(0, (loadAndFlags & COUNT) - ZERO);
  }

  /** The sum of all that was added. */
  int sum() {
    return ((int) INTS.getVolatile(array, index) & COUNT) - ZERO;
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
