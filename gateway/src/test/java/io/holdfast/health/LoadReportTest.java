package io.holdfast.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.model.LoadReports;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the reports of backends are read. */
final class LoadReportTest {
  private static final String PROMETHEUS =
      """
      # HELP ws_connections Open now.
      # TYPE ws_connections gauge
      ws_connections{path="/chat",node="a"} 12
      ws_connections{path="/chat", node="b\\"}"} 3.0 1395066363000
      ws_connections{path="/game"} 100
      ws_connections_total 4000
      ws_sent_total{path="/chat"} 9 # {trace_id="x"} 0.3
      go_threads 7
      """;

  private static int read(String text, @Nullable String pointer, LoadReports.@Nullable Metric m) {
    Duration second = Duration.ofSeconds(1);
    return LoadReport.read(text, new LoadReports("/metric", null, second, second, pointer, m));
  }

  private static LoadReports.Metric metric(String name, Map<String, String> labels) {
    return new LoadReports.Metric(name, labels);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"12|12", "' 7\r\n'|7", "1.5|2", "1e3|1000", "0|0", "1e30|2147483647"})
  void aNumberAlone(String text, int load) {
    assertThat(read(text, null, null)).isEqualTo(load);
  }

  @Test
  void json() {
    assertThat(read("{\"connections\": 4}", null, null)).isEqualTo(4);
    assertThat(read("{\"a\":[{\"b/c\":5}]}", "/a/0/b~1c", null)).isEqualTo(5);
    assertThat(read("[1,2]", "/1", null)).isEqualTo(2);
  }

  @Test
  void prometheusText() {
    assertThat(read(PROMETHEUS, null, metric("go_threads", Map.of()))).isEqualTo(7);
    assertThat(read(PROMETHEUS, null, metric("ws_connections", Map.of()))).isEqualTo(115);
    assertThat(read(PROMETHEUS, null, metric("ws_connections", Map.of("path", "/chat"))))
        .isEqualTo(15);
    assertThat(read(PROMETHEUS, null, metric("ws_connections", Map.of("node", "b\"}"))))
        .isEqualTo(3);
    assertThat(read(PROMETHEUS, null, metric("ws_sent_total", Map.of("path", "/chat"))))
        .as("not its example")
        .isEqualTo(9);
  }

  @Test
  void longLinesAreNoSeries() {
    String text = "ws{a=\"" + "\\\"".repeat(500_000) + "\"} 1\nws 3\n";
    assertThat(read(text, null, metric("ws", Map.of()))).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "many", "-1", "NaN", "<html>"})
  void whatIsNoNumberIsRefused(String text) {
    assertThatThrownBy(() -> read(text, null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected a number of at least 0");
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertThatThrownBy(() -> read("{\"clients\": 4}", null, null))
        .hasMessage("the report has no number at /connections");
    assertThatThrownBy(() -> read("{\"clients\": \"4\"}", "/clients", null))
        .hasMessage("the report has no number at /clients");
    assertThatThrownBy(() -> read("{", null, null)).hasMessage("the report is no JSON");
    assertThatThrownBy(() -> read(PROMETHEUS, null, metric("ws", Map.of())))
        .hasMessage("the report has no series of ws");
    assertThatThrownBy(() -> read(PROMETHEUS, null, metric("ws_connections", Map.of("path", "/x"))))
        .hasMessage("the report has no series of ws_connections");
  }
}
