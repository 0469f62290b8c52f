package io.holdfast.loadtest.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a load test found. Its components are the keys of {@code --json}.
 *
 * @param url what was opened
 * @param mode the word of {@link LoadOptions.Pace#mode()}
 * @param size payload bytes per message
 * @param text whether messages were text
 * @param connections how opening went
 * @param messages over the whole run, warm-up and drain included
 * @param throughput of the measured time alone
 * @param latency microseconds from when a message was due to its echo, of those due in the measured
 *     time
 * @param closes connections by close code; 1006 is none received
 * @param abnormalEnds connections that ended without a Close, by kind
 * @param endedEarly connections that ended before the test asked them to
 * @param cpuOf CPU time of the processes asked for; null when none were, or one of them ended
 * @param tool what the load test itself used, to tell when it is the bottleneck
 * @param ok whether nothing was lost, wrong or failed
 * @param problems what was, in sentences
 */
public record LoadReport(
    String url,
    String mode,
    int size,
    boolean text,
    Connections connections,
    Messages messages,
    Throughput throughput,
    Micros latency,
    Map<String, Long> closes,
    Map<String, Long> abnormalEnds,
    long endedEarly,
    @Nullable CpuOf cpuOf,
    Tool tool,
    boolean ok,
    List<String> problems) {

  /**
   * Connections.
   *
   * @param compressed opened with permessage-deflate
   * @param failedBy failures by kind
   * @param handshake from dial to 101
   */
  public record Connections(
      long asked,
      long opened,
      long compressed,
      long failed,
      Map<String, Long> failedBy,
      Micros handshake) {}

  /**
   * Messages by fate.
   *
   * @param lost sent and never echoed
   * @param mismatched echoed with other bytes, another length or another type
   * @param outOfOrder echoed after a later one
   * @param duplicated echoed again
   * @param unsent due, but the socket did not take them before the end
   */
  public record Messages(
      long sent,
      long echoed,
      long lost,
      long mismatched,
      long outOfOrder,
      long duplicated,
      long unsent) {}

  /** Echoes per second; bytes are payload before compression, one way. */
  public record Throughput(double seconds, double messagesPerSecond, double bytesPerSecond) {}

  /** A distribution in microseconds; all zero when {@code count} is. */
  public record Micros(
      long count, double mean, double p50, double p90, double p99, double p999, double max) {

    static Micros of(Histogram nanos) {
      if (nanos.getTotalCount() == 0) {
        return new Micros(0, 0, 0, 0, 0, 0, 0);
      }
      return new Micros(
          nanos.getTotalCount(),
          round(nanos.getMean()),
          round((double) nanos.getValueAtPercentile(50)),
          round((double) nanos.getValueAtPercentile(90)),
          round((double) nanos.getValueAtPercentile(99)),
          round((double) nanos.getValueAtPercentile(99.9)),
          round((double) nanos.getMaxValue()));
    }

    private static double round(double nanos) {
      return Math.round(nanos / 100) / 10.0;
    }
  }

  /**
   * What other processes used in the measured time.
   *
   * @param pids as asked; their children are counted too
   * @param cpuSeconds user and system time
   * @param microsPerEcho the same per good echo, which a proxy relays as two messages
   */
  public record CpuOf(List<Long> pids, double cpuSeconds, double microsPerEcho) {}

  /**
   * The tool's own cost in the measured time.
   *
   * @param cpuSeconds of the whole process
   * @param cpuShare of one core per thread, 0 to 1; near 1 the tool is the bottleneck
   * @param maxLoopDelayMicros how late an event loop was at most
   */
  public record Tool(int threads, double cpuSeconds, double cpuShare, double maxLoopDelayMicros) {}

  /** One line of JSON. */
  public String toJson() {
    return JsonMapper.shared().writeValueAsString(this);
  }

  /** The report of a run that was measured from {@code begin} to {@code end}. */
  static LoadReport of(LoadOptions options, Tally tally, Mark begin, Mark end) {
    double seconds = Math.max(end.nanos() - begin.nanos(), 1) / 1e9;
    long echoed = end.progress().echoed() - begin.progress().echoed();
    long bytes = end.progress().bytes() - begin.progress().bytes();
    double cpuSeconds = (end.cpuNanos() - begin.cpuNanos()) / 1e9;
    CpuOf cpuOf = cpuOf(options.cpuOf(), begin, end, echoed);
    List<String> problems = problems(options, tally, cpuOf);
    return new LoadReport(
        options.dial().url().text(),
        options.pace().mode(),
        options.size(),
        options.text(),
        new Connections(
            tally.asked,
            tally.opened,
            tally.compressed,
            tally.failed,
            Map.copyOf(tally.failures),
            Micros.of(tally.handshakes)),
        new Messages(
            tally.sent,
            tally.echoed,
            tally.lost,
            tally.mismatched,
            tally.outOfOrder,
            tally.duplicated,
            tally.unsent),
        new Throughput(seconds, echoed / seconds, bytes / seconds),
        Micros.of(tally.latency),
        Map.copyOf(tally.closes),
        Map.copyOf(tally.abnormal),
        tally.early,
        cpuOf,
        new Tool(
            options.threads(),
            cpuSeconds,
            cpuSeconds / seconds / options.threads(),
            tally.maxLoopDelay / 1e3),
        problems.isEmpty(),
        problems);
  }

  private static @Nullable CpuOf cpuOf(List<Long> pids, Mark begin, Mark end, long echoed) {
    if (begin.cpuOf().isEmpty() || end.cpuOf().isEmpty()) {
      return null;
    }
    double micros = end.cpuOf().get().minus(begin.cpuOf().get()).toNanos() / 1e3;
    return new CpuOf(pids, micros / 1e6, micros / Math.max(1, echoed));
  }

  private static List<String> problems(LoadOptions options, Tally tally, @Nullable CpuOf cpuOf) {
    List<String> problems = new ArrayList<>();
    tally.failures.forEach((kind, n) ->
        problems.add(
            "%d connections could not be opened: %s (%s)"
                .formatted(n, kind, tally.reasons.get(kind))));
    if (options.dial().compress()) {
      add(problems, tally.opened - tally.compressed, "connections were not compressed");
    }
    add(problems, tally.early, "connections ended before the test asked them to");
    tally.abnormal.forEach((kind, n) -> problems.add(n + " connections ended abnormally: " + kind));
    add(problems, tally.lost, "messages were sent and never echoed");
    add(problems, tally.mismatched, "echoes differ from what was sent");
    add(problems, tally.outOfOrder, "echoes came out of order");
    add(problems, tally.duplicated, "echoes came twice");
    add(problems, tally.unsent, "messages were due but could not be sent");
    if (!options.cpuOf().isEmpty() && cpuOf == null) {
      problems.add("the CPU time of " + options.cpuOf() + " is unknown: a process has ended");
    }
    return List.copyOf(problems);
  }

  private static void add(List<String> problems, long count, String what) {
    if (count > 0) {
      problems.add(count + " " + what);
    }
  }
}
