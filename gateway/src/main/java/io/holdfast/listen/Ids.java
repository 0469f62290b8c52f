package io.holdfast.listen;

import java.util.concurrent.atomic.AtomicLong;

/** Ids of client connections: unique over restarts, rising, short. Thread-safe. */
final class Ids {
  // A million a millisecond before two processes, started one after the other, could meet.
  private static final AtomicLong NEXT = new AtomicLong(System.currentTimeMillis() << 20);

  private Ids() {}

  static String next() {
    return Long.toString(NEXT.incrementAndGet(), Character.MAX_RADIX);
  }
}
