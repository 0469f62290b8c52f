package io.holdfast.loadtest.scenario;

import io.holdfast.loadtest.scenario.Result.Times;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What goes on, on a terminal: some lines that are written over each second. */
final class LiveView {
  private static final int WIDTH = 40;

  /** Percentiles are of so many seconds, so that there is something to see at low rates. */
  private static final int WINDOW = 5;

  private final PrintWriter terminal;
  private final Scenario scenario;
  private final double length;
  private final List<Second> recent = new ArrayList<>();
  private final Measures total = new Measures();
  private int lines;

  LiveView(PrintWriter terminal, Scenario scenario) {
    this.terminal = terminal;
    this.scenario = scenario;
    this.length = scenario.time().toNanos() / 1e9;
  }

  void show(Second second) {
    recent.add(second);
    if (recent.size() > WINDOW) {
      recent.removeFirst();
    }
    total.add(second.measures());
    Measures window = Result.sum(recent);
    double seconds = recent.stream().mapToDouble(Second::length).sum();
    clear();
    int full = (int) Math.round(Math.clamp(second.at() / length, 0, 1) * WIDTH);
    line(
        String.format(
            Locale.ROOT,
            "%s: %s  [%s%s] %.0f of %.0f s",
            scenario.name(),
            scenario.stages().get(second.stage()).name(),
            "#".repeat(full),
            " ".repeat(WIDTH - full),
            second.at(),
            length));
    line(
        String.format(
            Locale.ROOT, "users     %,d of %,d connected", second.connected(), second.users()));
    line(
        String.format(
            Locale.ROOT,
            "messages  %,.0f/s sent, %,.0f/s delivered",
            window.sent / seconds,
            window.delivered / seconds));
    line("latency   " + percentiles(Times.of(window.message)));
    line("connect   " + percentiles(Times.of(window.connect)));
    line("errors    " + ResultText.kinds(total.errors));
    line(
        String.format(
            Locale.ROOT,
            "itself    late by %.2f ms (p95), %.0f %% CPU of each thread",
            Times.of(window.delay).p95(),
            100 * second.cpuShare()));
    terminal.flush();
  }

  private static String percentiles(Times times) {
    return times.count() == 0
        ? "–"
        : String.format(
            Locale.ROOT,
            "p50 %.2f  p95 %.2f  p99 %.2f  max %.2f ms",
            times.p50(),
            times.p95(),
            times.p99(),
            times.max());
  }

  private void line(String text) {
    terminal.print(text + "\u001b[K\n");
    lines++;
  }

  /** Takes all lines away. */
  void clear() {
    if (lines > 0) {
      terminal.print("\u001b[" + lines + "A\u001b[J");
      terminal.flush();
      lines = 0;
    }
  }
}
