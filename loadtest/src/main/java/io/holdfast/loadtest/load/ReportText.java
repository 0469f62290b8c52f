package io.holdfast.loadtest.load;

import static java.lang.String.format;

import java.util.Locale;
import java.util.Map;

/** Lays a report out for people. */
public final class ReportText {
  private final StringBuilder text = new StringBuilder();

  private ReportText() {}

  /** Some ten lines, without a final newline. */
  public static String of(LoadReport report) {
    ReportText layout = new ReportText();
    layout.lay(report);
    return layout.text.toString().stripTrailing();
  }

  private void lay(LoadReport report) {
    line("url", report.url());
    line(
        "load",
        format("%s, %d B %s", report.mode(), report.size(), report.text() ? "text" : "binary"));
    connections(report.connections());
    messages(report.messages());
    LoadReport.Throughput rate = report.throughput();
    line(
        "rate",
        format(
            Locale.ROOT,
            "%,.0f msg/s, %,.2f MiB/s each way, over %.2f s",
            rate.messagesPerSecond(),
            rate.bytesPerSecond() / (1 << 20),
            rate.seconds()));
    line("latency", micros(report.latency()));
    line("closes", map(report.closes()));
    if (!report.abnormalEnds().isEmpty()) {
      line("abnormal", map(report.abnormalEnds()));
    }
    LoadReport.CpuOf cpuOf = report.cpuOf();
    if (cpuOf != null) {
      line(
          "cpu of",
          format(
              Locale.ROOT,
              "%s: %.2f s CPU (%.0f %% of a core), %.2f µs per echo",
              cpuOf.pids().toString().replaceAll("[\\[\\]]", ""),
              cpuOf.cpuSeconds(),
              cpuOf.cpuSeconds() / rate.seconds() * 100,
              cpuOf.microsPerEcho()));
    }
    LoadReport.Tool tool = report.tool();
    line(
        "tool",
        format(
            Locale.ROOT,
            "%d threads, %.2f s CPU (%.0f %%), event loop at most %.1f ms late",
            tool.threads(),
            tool.cpuSeconds(),
            tool.cpuShare() * 100,
            tool.maxLoopDelayMicros() / 1e3));
    if (report.ok()) {
      line("result", "ok: nothing lost, wrong or failed");
    }
    report.problems().forEach(problem -> line("PROBLEM", problem));
  }

  private void connections(LoadReport.Connections connections) {
    line(
        "connections",
        format(
            Locale.ROOT,
            "%,d asked, %,d opened, %s%,d failed",
            connections.asked(),
            connections.opened(),
            connections.compressed() == 0
                ? ""
                : format(Locale.ROOT, "%,d compressed, ", connections.compressed()),
            connections.failed()));
    line("handshake", micros(connections.handshake()));
  }

  private void messages(LoadReport.Messages messages) {
    line(
        "messages",
        format(
            Locale.ROOT,
            "%,d sent, %,d echoed, %,d lost, %,d mismatched, %,d out of order, %,d duplicated,"
                + " %,d unsent",
            messages.sent(),
            messages.echoed(),
            messages.lost(),
            messages.mismatched(),
            messages.outOfOrder(),
            messages.duplicated(),
            messages.unsent()));
  }

  private void line(String name, String value) {
    text.append(name).repeat(' ', Math.max(1, 13 - name.length())).append(value).append('\n');
  }

  private static String map(Map<String, Long> counts) {
    return counts.isEmpty() ? "none" : counts.toString().replaceAll("[{}]", "");
  }

  private static String micros(LoadReport.Micros times) {
    return times.count() == 0
        ? "none"
        : format(
            "p50 %s  p90 %s  p99 %s  p99.9 %s  max %s",
            time(times.p50()),
            time(times.p90()),
            time(times.p99()),
            time(times.p999()),
            time(times.max()));
  }

  private static String time(double micros) {
    if (micros < 1_000) {
      return format(Locale.ROOT, "%.0f µs", micros);
    }
    return micros < 1_000_000
        ? format(Locale.ROOT, "%.2f ms", micros / 1e3)
        : format(Locale.ROOT, "%.2f s", micros / 1e6);
  }
}
