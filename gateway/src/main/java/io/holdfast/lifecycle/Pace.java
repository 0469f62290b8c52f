package io.holdfast.lifecycle;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How fast many are ended.
 *
 * @param deadline the end of all has begun by then; of those that the rate has not reached, at once
 * @param rate a second; empty to spread them evenly over {@code deadline}, ten a second at least
 */
public record Pace(Duration deadline, OptionalDouble rate) {
  /** Few relays do not take the whole deadline: this many a second disturb nobody. */
  private static final double SLOWEST = 10;

  /** Where a rate alone counts. */
  public static final Duration FOR_EVER = Duration.ofDays(30);

  /** All at once. */
  public static final Pace AT_ONCE = new Pace(Duration.ZERO, OptionalDouble.empty());

  /** The pace of a service. */
  public static Pace of(io.holdfast.model.Drain policy) {
    return new Pace(policy.deadline(), policy.rate());
  }

  /** Nanoseconds between two ends, when there are {@code count} of them. */
  long interval(int count) {
    if (deadline.isZero() || count == 0) {
      return 0;
    }
    double perSecond = rate.orElse(Math.max(SLOWEST, count / (deadline.toNanos() / 1e9)));
    return (long) (1e9 / perSecond);
  }

  /**
   * What whoever asks for it should know when there are {@code count} of them: that the rate does
   * not reach all by the deadline. Null when it does.
   */
  public @Nullable String warning(int count) {
    int over = left(count);
    return over == 0
        ? null
        : "at %s/s only %d of %d relays go within %d ms; the other %d go at once then"
            .formatted(rate.orElseThrow(), count - over, count, deadline.toMillis(), over);
  }

  /** How many of {@code count} the rate has not reached by the deadline. */
  int left(int count) {
    if (deadline.isZero() || rate.isEmpty()) {
      return 0;
    }
    return (int) Math.max(0, count - Math.ceil(rate.getAsDouble() * (deadline.toNanos() / 1e9)));
  }

  /** Sleeps until {@link System#nanoTime()} is {@code time}, more exactly than a sleep does. */
  static void waitUntil(long time) throws InterruptedException {
    for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (left > 1_000_000) {
        TimeUnit.NANOSECONDS.sleep(left);
      } else {
        LockSupport.parkNanos(left);
      }
    }
  }
}
