package io.holdfast.relay;

import java.time.Duration;

/** How long a fuzz test runs: {@code -Dholdfast.fuzz=} with a duration such as 90s, 10m or 1h. */
final class FuzzTime {
  private FuzzTime() {}

  static Duration get() {
    String text = System.getProperty("holdfast.fuzz", "5s");
    if (!text.matches("[0-9]+[smh]")) {
      throw new IllegalArgumentException(
          "holdfast.fuzz is '" + text + "', but must be a duration such as 90s, 10m or 1h");
    }
    return Duration.parse("PT" + text);
  }
}
