package io.holdfast.admin;

import io.holdfast.lifecycle.Pace;
import java.time.Duration;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Reads what calls say of a pace. */
final class Paces {
  private Paces() {}

  /**
   * By {@code rate} and {@code deadline}; null when the call says nothing of it.
   *
   * @throws IllegalArgumentException with a message for the user
   */
  static @Nullable Pace of(Call call) {
    String rate = call.query().get("rate");
    String deadline = call.query().get("deadline");
    if (rate == null && deadline == null) {
      return null;
    }
    return new Pace(
        deadline == null
            ? Pace.FOR_EVER
            : Duration.ofMillis(Math.round(number("deadline", deadline) * 1000)),
        rate == null ? OptionalDouble.empty() : OptionalDouble.of(number("rate", rate)));
  }

  /** A number from 0.001 to 999,999.999. */
  static double number(String name, String text) {
    if (!text.matches("\\d{1,6}(\\.\\d{1,3})?") || Double.parseDouble(text) == 0) {
      throw new IllegalArgumentException(
          name
              + " is "
              + text
              + "; expected a number from 0.001 to 999999.999, such as 30: seconds for deadline,"
              + " relays a second for rate.");
    }
    return Double.parseDouble(text);
  }
}
