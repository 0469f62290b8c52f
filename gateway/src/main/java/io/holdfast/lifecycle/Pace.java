package io.holdfast.lifecycle;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * How fast many are ended.
 *
 * @param deadline all are ended by then; those that the rate has not reached, at once
 * @param rate a second; empty to spread them evenly over {@code deadline}
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

  /** How many of {@code count} the rate has not reached by the deadline. */
  int left(int count) {
    if (deadline.isZero() || rate.isEmpty()) {
      return 0;
    }
    return (int) Math.max(0, count - Math.ceil(rate.getAsDouble() * (deadline.toNanos() / 1e9)));
  }
}
