package io.holdfast.loadtest.scenario;

import io.holdfast.loadtest.scenario.Result.Times;
import io.holdfast.loadtest.scenario.Result.Tool;
import java.util.List;
import java.util.Locale;

/** Whether a load test has measured itself rather than the server. */
final class Bottleneck {
  /** Beyond it, whatever comes waits for the tool now and then. */
  private static final double MOST_CPU = 0.8;

  /** More than this part of a latency must not be the tool's. */
  private static final double MOST_OF_LATENCY = 0.25;

  private static final double NOTICEABLE_MILLIS = 1;

  private Bottleneck() {}

  static Tool of(List<Second> seconds, Measures all) {
    int threads = seconds.stream().mapToInt(Second::threads).max().orElse(1);
    double cpu =
        seconds.stream()
            // The last one has the end of all connections in it, which takes longer than its time.
            .limit(Math.max(1, seconds.size() - 1))
            .filter(one -> one.length() > 0.5) // what is shorter is too coarse to say
            .mapToDouble(Second::cpuShare)
            .max()
            .orElse(0);
    Times delay = Times.of(all.delay);
    Times message = Times.of(all.message);
    boolean late = delay.p95() > NOTICEABLE_MILLIS && delay.p95() > message.p95() * MOST_OF_LATENCY;
    boolean busy = cpu > MOST_CPU;
    String says =
        busy || late
            ? String.format(
                Locale.ROOT,
                "The load test itself was short of time: at most %.0f %% of a core per thread (%d), and late by %.2f ms"
                    + " (p95). What it measured is partly its own; give it --threads, --workers or another machine.",
                cpu * 100,
                threads,
                delay.p95())
            : String.format(
                Locale.ROOT,
                "The load test itself had time: at most %.0f %% of a core per thread (%d), and late by %.2f ms"
                    + " (p95).",
                cpu * 100,
                threads,
                delay.p95());
    return new Tool(threads, Math.round(cpu * 1e3) / 1e3, delay, busy || late, says);
  }
}
