package io.holdfast.loadtest.scenario;

import io.holdfast.loadtest.scenario.Scenario.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a scenario has shown. Its components are the keys of {@code --json}. Times in milliseconds.
 *
 * @param scenario its name
 * @param url of the server
 * @param total of all stages
 * @param verdicts what was expected of all stages together, without those that have their own
 * @param stages each, with what was expected of it alone
 * @param tool what the load test itself needed
 * @param percentiles of the messages of all stages, for a curve
 * @param timeline each second
 * @param ok whether all that was expected is so
 */
public record Result(
    String scenario,
    String url,
    Numbers total,
    List<Verdict> verdicts,
    List<StageResult> stages,
    Tool tool,
    List<Percentile> percentiles,
    List<Point> timeline,
    boolean ok) {
  private static final List<Double> CURVE =
      List.of(
          0.0, 25.0, 50.0, 75.0, 90.0, 95.0, 97.5, 99.0, 99.5, 99.9, 99.95, 99.99, 99.999, 100.0);

  /** So many percent of the deliveries took no longer. */
  public record Percentile(double percent, double millis) {}

  /**
   * A distribution; all zero when {@code count} is.
   *
   * @param mean in milliseconds, as all that follow
   */
  public record Times(
      long count,
      double mean,
      double p50,
      double p90,
      double p95,
      double p99,
      double p999,
      double max) {

    static Times of(Histogram nanos) {
      if (nanos.getTotalCount() == 0) {
        return new Times(0, 0, 0, 0, 0, 0, 0, 0);
      }
      return new Times(
          nanos.getTotalCount(),
          millis(nanos.getMean()),
          millis((double) nanos.getValueAtPercentile(50)),
          millis((double) nanos.getValueAtPercentile(90)),
          millis((double) nanos.getValueAtPercentile(95)),
          millis((double) nanos.getValueAtPercentile(99)),
          millis((double) nanos.getValueAtPercentile(99.9)),
          millis((double) nanos.getMaxValue()));
    }
  }

  /**
   * Counts.
   *
   * @param due messages that were to be sent
   * @param delivered messages that came, to one user each
   * @param success share of the connections and messages without an error
   * @param connect from dialling to the 101
   * @param message from when a message was due to each of its deliveries
   * @param errors by kind
   * @param notes what is no error of the server, by kind
   */
  public record Numbers(
      double seconds,
      long connects,
      long due,
      long sent,
      long delivered,
      double sentPerSecond,
      double deliveredPerSecond,
      double success,
      Times connect,
      Times message,
      Map<String, Long> errors,
      Map<String, Long> notes) {

    static Numbers of(Measures measures, double seconds) {
      return new Numbers(
          round(seconds),
          measures.connects,
          measures.due,
          measures.sent,
          measures.delivered,
          round(measures.sent / Math.max(seconds, 1e-9)),
          round(measures.delivered / Math.max(seconds, 1e-9)),
          1 - measures.errorShare(),
          Times.of(measures.connect),
          Times.of(measures.message),
          new TreeMap<>(measures.errors),
          new TreeMap<>(measures.notes));
    }
  }

  /**
   * One stage.
   *
   * @param users at its end
   */
  public record StageResult(String name, int users, Numbers numbers, List<Verdict> verdicts) {}

  /**
   * What was expected, and is.
   *
   * @param expected such as {@code message.p95 ≤ 10.00 ms}
   * @param measured the same for people; a dash where there was nothing to measure
   */
  public record Verdict(String expected, String measured, boolean ok) {}

  /**
   * The load test itself.
   *
   * @param cpuShare of one core for each of its threads, at most in any second
   * @param delay how late its event loops were
   * @param isBottleneck whether that can have changed what was measured
   * @param says why, or that it did not
   */
  public record Tool(
      int threads, double cpuShare, Times delay, boolean isBottleneck, String says) {}

  /** One second. */
  public record Point(
      double at,
      String stage,
      int users,
      int connected,
      double sentPerSecond,
      double deliveredPerSecond,
      long errors,
      double connectP95,
      double p50,
      double p95,
      double p99) {}

  static Result of(Scenario scenario, String url, List<Second> seconds) {
    List<StageResult> stages = new ArrayList<>();
    for (int i = 0; i < scenario.stages().size(); i++) {
      int number = i;
      List<Second> own = seconds.stream().filter(one -> one.stage() == number).toList();
      if (!own.isEmpty()) {
        stages.add(stage(scenario.stages().get(i), own));
      }
    }
    Measures all = sum(seconds);
    List<Verdict> verdicts =
        scenario.thresholds().stream()
            .map(threshold -> verdict(threshold, without(scenario, threshold, seconds)))
            .toList();
    return new Result(
        scenario.name(),
        url,
        Numbers.of(all, length(seconds)),
        verdicts,
        List.copyOf(stages),
        Bottleneck.of(seconds, all),
        CURVE.stream()
            .map(percent ->
                new Percentile(percent, millis((double) all.message.getValueAtPercentile(percent))))
            .toList(),
        seconds.stream().map(one -> point(scenario, one)).toList(),
        all.connect.getTotalCount() > 0
            && Stream.concat(
                    verdicts.stream(), stages.stream().flatMap(stage -> stage.verdicts().stream()))
                .allMatch(Verdict::ok));
  }

  private static Measures without(Scenario scenario, Threshold threshold, List<Second> seconds) {
    return sum(
        seconds.stream()
            .filter(one -> !scenario.stages().get(one.stage()).hasOwn(threshold.measure()))
            .toList());
  }

  private static StageResult stage(Stage stage, List<Second> seconds) {
    Measures measures = sum(seconds);
    return new StageResult(
        stage.name(),
        stage.users(),
        Numbers.of(measures, length(seconds)),
        stage.thresholds().stream().map(threshold -> verdict(threshold, measures)).toList());
  }

  private static Verdict verdict(Threshold threshold, Measures measures) {
    Double value = threshold.measured(measures);
    return new Verdict(
        threshold.text(),
        value == null ? "–" : threshold.text(value),
        value == null || threshold.holds(value));
  }

  private static Point point(Scenario scenario, Second second) {
    Measures measures = second.measures();
    Times message = Times.of(measures.message);
    return new Point(
        round(second.at()),
        scenario.stages().get(second.stage()).name(),
        second.users(),
        second.connected(),
        round(measures.sent / second.length()),
        round(measures.delivered / second.length()),
        measures.errorCount(),
        Times.of(measures.connect).p95(),
        message.p50(),
        message.p95(),
        message.p99());
  }

  static Measures sum(List<Second> seconds) {
    Measures all = new Measures();
    seconds.forEach(one -> all.add(one.measures()));
    return all;
  }

  private static double length(List<Second> seconds) {
    return seconds.stream().mapToDouble(Second::length).sum();
  }

  private static double millis(double nanos) {
    return Math.round(nanos / 1e3) / 1e3;
  }

  private static double round(double value) {
    return Math.round(value * 1e3) / 1e3;
  }

  /** One line of JSON. */
  public String toJson() {
    return JsonMapper.shared().writeValueAsString(this);
  }
}
