package io.holdfast.balance;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives turns at a rate, first come first served: each is told how long it has to wait. A tenth of
 * a second's turns may come at once. It is the generic cell rate algorithm of ITU-T I.371 with a
 * wait in place of a refusal. Thread-safe and lock-free.
 */
final class Pacer {
  /** What is told to one that would have to wait for too long. */
  static final long NO_TURN = -1;

  private static final double SECOND = 1e9;

  /** How much may come at once, in nanoseconds of the rate. */
  private static final long BURST = 100_000_000;

  /** When all turns that were given are due, by {@link System#nanoTime()}. */
  private final AtomicLong taken;

  /** Nobody has a turn yet at {@code now}. */
  Pacer(long now) {
    taken = new AtomicLong(now);
  }

  /**
   * Takes a turn.
   *
   * @param now by {@link System#nanoTime()}
   * @param rate turns a second
   * @param atMost nanoseconds that one may wait
   * @return nanoseconds until it is due, or {@link #NO_TURN}
   */
  long take(long now, double rate, long atMost) {
    long interval = (long) (SECOND / rate);
    long burst = Math.max(interval, BURST);
    while (true) {
      long before = taken.get();
      long from = Math.max(before - now, 0);
      long delay = Math.max(0, from + interval - burst);
      if (delay > atMost) {
        return NO_TURN;
      }
      if (taken.compareAndSet(before, now + from + interval)) {
        return delay;
      }
    }
  }
}
