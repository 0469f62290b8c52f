package io.holdfast.loadtest.scenario;

import io.holdfast.loadtest.scenario.Result.Numbers;
import io.holdfast.loadtest.scenario.Result.StageResult;
import io.holdfast.loadtest.scenario.Result.Times;
import io.holdfast.loadtest.scenario.Result.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A result for people. */
public final class ResultText {
  private ResultText() {}

  /** Lines, each with its end but for the last. */
  public static String of(Result result) {
    StringBuilder text = new StringBuilder();
    text.append(result.scenario()).append(" on ").append(result.url()).append('\n');
    for (StageResult stage : result.stages()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n%s: %,d users at the end of %.1f s%n",
              stage.name(),
              stage.users(),
              stage.numbers().seconds()));
      numbers(text, stage.numbers());
      verdicts(text, stage.verdicts());
    }
    text.append(String.format(Locale.ROOT, "%nall stages: %.1f s%n", result.total().seconds()));
    numbers(text, result.total());
    verdicts(text, result.verdicts());
    text.append('\n').append(result.tool().says()).append('\n');
    return text.append(result.ok() ? "Passed." : "Failed.").toString();
  }

  private static void verdicts(StringBuilder text, List<Verdict> verdicts) {
    for (Verdict verdict : verdicts) {
      text.append(verdict.ok() ? "  ok     " : "  FAILED ")
          .append(verdict.expected())
          .append(": ")
          .append(verdict.measured())
          .append('\n');
    }
  }

  private static void numbers(StringBuilder text, Numbers numbers) {
    text.append(
        String.format(
            Locale.ROOT,
            "  %,d connections, %,d messages (%,.1f/s), %,d deliveries (%,.1f/s), success %.4f %%%n",
            numbers.connects(),
            numbers.due(),
            numbers.sentPerSecond(),
            numbers.delivered(),
            numbers.deliveredPerSecond(),
            numbers.success() * 100));
    times(text, "connect", numbers.connect());
    times(text, "message", numbers.message());
    if (!numbers.errors().isEmpty()) {
      text.append("  errors: ").append(kinds(numbers.errors())).append('\n');
    }
    if (!numbers.notes().isEmpty()) {
      text.append("  notes: ").append(kinds(numbers.notes())).append('\n');
    }
  }

  private static void times(StringBuilder text, String what, Times times) {
    if (times.count() > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %s ms: p50 %.2f, p90 %.2f, p95 %.2f, p99 %.2f, p99.9 %.2f, max %.2f%n",
              what,
              times.p50(),
              times.p90(),
              times.p95(),
              times.p99(),
              times.p999(),
              times.max()));
    }
  }

  /** How often each was, or that there was none. */
  static String kinds(Map<String, Long> counts) {
    return counts.isEmpty()
        ? "none"
        : counts.entrySet().stream()
            .map(one -> String.format(Locale.ROOT, "%s %,d", one.getKey(), one.getValue()))
            .collect(Collectors.joining(", "));
  }
}
