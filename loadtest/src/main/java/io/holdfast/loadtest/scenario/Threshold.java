package io.holdfast.loadtest.scenario;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A bound of a measure.
 *
 * @param measure {@code connect} or {@code message} with {@code p50}, {@code p90}, {@code p95},
 *     {@code p99}, {@code p999} or {@code max}; or {@code success}, or {@code errors}
 * @param limit nanoseconds, or a share from 0 to 1; the least for {@code success}, else the most
 */
public record Threshold(String measure, double limit) {
  /** What a bound may be of. */
  static final List<String> MEASURES =
      List.of(
          "connect.p50",
          "connect.p90",
          "connect.p95",
          "connect.p99",
          "connect.p999",
          "connect.max",
          "message.p50",
          "message.p90",
          "message.p95",
          "message.p99",
          "message.p999",
          "message.max",
          "success",
          "errors");

  private static final Pattern TIME = Pattern.compile("(\\d+(?:\\.\\d+)?)(us|ms|s)");
  private static final Pattern SHARE = Pattern.compile("(\\d+(?:\\.\\d+)?)%");

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException with a sentence that says what was expected
   */
  static Threshold of(String measure, String limit) {
    if (!MEASURES.contains(measure)) {
      throw new IllegalArgumentException(
          "'%s' is no measure; expected one of %s".formatted(measure, String.join(", ", MEASURES)));
    }
    boolean isShare = isShare(measure);
    Matcher matcher = (isShare ? SHARE : TIME).matcher(limit);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "%s is '%s', expected %s"
              .formatted(
                  measure, limit, isShare ? "a share such as 99.9%" : "a time such as 20ms"));
    }
    double number = Double.parseDouble(matcher.group(1));
    return new Threshold(
        measure,
        isShare
            ? number / 100
            : number
                * switch (matcher.group(2)) {
                  case "us" -> 1e3;
                  case "ms" -> 1e6;
                  default -> 1e9;
                });
  }

  /** The same from {@code MEASURE=LIMIT}. */
  public static Threshold of(String both) {
    int equals = both.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException(
          "'%s' is no threshold; expected something like message.p95=20ms".formatted(both));
    }
    return of(both.substring(0, equals).strip(), both.substring(equals + 1).strip());
  }

  private static boolean isShare(String measure) {
    return measure.equals("success") || measure.equals("errors");
  }

  /** What was measured; null where nothing was, and so nothing can be said. */
  @Nullable Double measured(Measures measures) {
    return switch (measure) {
      case "success" -> measures.attempts() == 0 ? null : 1 - measures.errorShare();
      case "errors" -> measures.attempts() == 0 ? null : measures.errorShare();
      default -> {
        int dot = measure.indexOf('.');
        var times = measure.startsWith("connect") ? measures.connect : measures.message;
        yield times.getTotalCount() == 0
            ? null
            : (double)
                switch (measure.substring(dot + 1)) {
                  case "p50" -> times.getValueAtPercentile(50);
                  case "p90" -> times.getValueAtPercentile(90);
                  case "p95" -> times.getValueAtPercentile(95);
                  case "p99" -> times.getValueAtPercentile(99);
                  case "p999" -> times.getValueAtPercentile(99.9);
                  default -> times.getMaxValue();
                };
      }
    };
  }

  /** Whether a measured value is as it should be. */
  boolean holds(double value) {
    return measure.equals("success") ? value >= limit : value <= limit;
  }

  /** A value of this measure, or its bound, for people. */
  String text(double value) {
    return isShare(measure)
        ? String.format(Locale.ROOT, "%.4f %%", value * 100)
        : String.format(Locale.ROOT, value < 1e7 ? "%.2f ms" : "%.0f ms", value / 1e6);
  }

  /** {@code message.p95 < 10 ms}. */
  String text() {
    return measure + (measure.equals("success") ? " ≥ " : " ≤ ") + text(limit);
  }
}
