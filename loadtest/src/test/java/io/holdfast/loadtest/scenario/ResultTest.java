package io.holdfast.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.holdfast.loadtest.scenario.Result.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class ResultTest {
  private static final Scenario SCENARIO =
      ScenarioFile.parse(
          "<s>",
          """
          description: 'A & B'
          stages: [{ name: up, users: 4, for: 1s }, { name: down, users: 0, for: 1s, thresholds: { connect.p95: 40ms } }]
          thresholds: { connect.p95: 20ms, message.p99: 10ms, success: 99%, errors: 2% }
          """);

  private static Measures measures(long connectMillis, long messageMillis, int errors) {
    Measures measures = new Measures();
    measures.connects = 10;
    measures.due = 90;
    measures.sent = 90;
    for (int i = 0; i < 90; i++) {
      measures.delivered++;
      Measures.record(measures.message, messageMillis * 1_000_000);
    }
    Measures.record(measures.connect, connectMillis * 1_000_000);
    Measures.record(measures.delay, 100_000);
    if (errors > 0) {
      measures.error("</script>", errors);
    }
    measures.note("cut");
    return measures;
  }

  private static Second second(int index, Measures measures, double cpu) {
    measures.cpuNanos = (long) (cpu * 1e9);
    return new Second(index, index, index + 1, 1, 4, 4, measures, 2);
  }

  @Test
  void aStageIsJudgedByItsOwnThresholdsAndAllTogetherByTheOthers() {
    Result result =
        Result.of(
            SCENARIO,
            "ws://x/",
            List.of(second(0, measures(15, 5, 0), 1), second(1, measures(30, 20, 5), 1)));

    assertThat(result.ok()).isFalse();
    assertThat(result.stages().get(0).verdicts()).isEmpty();
    assertThat(result.stages().get(1).verdicts())
        .extracting(Verdict::expected, Verdict::ok)
        .containsExactly(tuple("connect.p95 ≤ 40 ms", true));
    assertThat(result.verdicts())
        .extracting(Verdict::expected, Verdict::ok)
        .containsExactly(
            tuple("connect.p95 ≤ 20 ms", true),
            tuple("message.p99 ≤ 10 ms", false),
            tuple("success ≥ 99.0000 %", false),
            tuple("errors ≤ 2.0000 %", false));
    assertThat(result.total().connects()).isEqualTo(20);
    assertThat(result.total().errors()).containsEntry("</script>", 5L);
    assertThat(result.tool().isBottleneck()).isFalse();
    assertThat(result.timeline()).hasSize(2);
    assertThat(ResultText.of(result))
        .contains("  FAILED message.p99 ≤ 10 ms: 20 ms\n", "  notes: cut 1\n")
        .endsWith("Failed.");
  }

  @Test
  void whereNothingWasMeasuredNothingIsWrongButARunWithoutAConnectionIs() {
    Result quiet = Result.of(SCENARIO, "ws://x/", List.of(second(0, new Measures(), 0)));
    assertThat(quiet.verdicts()).hasSize(4).allMatch(Verdict::ok);
    assertThat(quiet.ok()).isFalse();
  }

  @Test
  void itSaysWhenItIsTheBottleneckItself() {
    Measures late = measures(1, 8, 0);
    for (int i = 0; i < 100; i++) {
      Measures.record(late.delay, 4_000_000);
    }
    assertThat(Result.of(SCENARIO, "ws://x/", List.of(second(0, late, 0.2))).tool().says())
        .startsWith("The load test itself was short of time")
        .contains("late by 4.0");
    Result busy = Result.of(SCENARIO, "ws://x/", List.of(second(0, measures(1, 8, 0), 1.8)));
    assertThat(busy.tool().isBottleneck()).isTrue();
    assertThat(busy.tool().says()).contains("90 % of a core");
  }

  @Test
  void otherProcessesAreAddedUp() {
    List<Second> both = new ArrayList<>();
    Second one = second(0, measures(10, 5, 1), 0.5);
    both.add(one.plus(Second.of(JsonMapper.shared().readTree(one.toJson()))));
    Result result = Result.of(SCENARIO, "ws://x/", both);
    assertThat(result.total().delivered()).isEqualTo(180);
    assertThat(result.total().message().count()).isEqualTo(180);
    assertThat(result.total().message().p50()).isBetween(4.9, 5.1);
    assertThat(result.total().errors()).containsEntry("</script>", 2L);
    assertThat(result.total().notes()).containsEntry("cut", 2L);
    assertThat(result.tool().threads()).isEqualTo(4);
    assertThat(result.tool().cpuShare()).isEqualTo(0.25);
  }

  @Test
  void theReportIsOneFileThatLoadsNothing() {
    Result result = Result.of(SCENARIO, "ws://x/", List.of(second(0, measures(30, 20, 3), 1)));
    String html = HtmlReport.of(result, SCENARIO, Instant.EPOCH);
    assertThat(html)
        .contains("<title>&lt;s&gt; on ws://x/</title>", "A &amp; B", "failed", "uPlot")
        .doesNotContain("{{", "src=", "@import", "url(", "<link");
    assertThat(html.split("</script>", -1)).hasSize(4);
    assertThat(result.toJson()).startsWith("{\"scenario\":\"<s>\",\"url\":\"ws://x/\"");
  }
}
