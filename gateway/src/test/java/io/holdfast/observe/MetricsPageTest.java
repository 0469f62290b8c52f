package io.holdfast.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/metrics.md} and what is registered say the same. */
class MetricsPageTest {

  private static final Pattern ROW =
      Pattern.compile("^\\| `(holdfast_\\w+)` \\| (\\w+) \\|([^|]*)\\|", Pattern.MULTILINE);

  @Test
  void everyMetricIsOnThePageWithTypeAndLabelsAndNoOther() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "metrics.md"));
    Set<String> described =
        ROW.matcher(page)
            .results()
            .map(row -> row(row.group(1), row.group(2), words(row.group(3))))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(described).isEqualTo(registered());
  }

  private static Set<String> registered() {
    return touched().registry().scrape().stream()
        .map(MetricsPageTest::row)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String row(MetricSnapshot metric) {
    String type =
        metric.getClass().getSimpleName().replace("Snapshot", "").toLowerCase(Locale.ROOT);
    String name = metric.getMetadata().getPrometheusName();
    String total = metric instanceof CounterSnapshot ? "_total" : "";
    Labels labels = metric.getDataPoints().getFirst().getLabels();
    return row(name + total, type, labels.stream().map(Label::getName));
  }

  private static String row(String name, String type, Stream<String> labels) {
    return name + ' ' + type + ' ' + labels.sorted().toList();
  }

  private static Stream<String> words(String labels) {
    return Pattern.compile("\\w+").matcher(labels).results().map(MatchResult::group);
  }

  /** Meters of which every metric has a series. */
  private static Meters touched() {
    Meters meters = new Meters();
    meters.connectionOpened();
    meters.connectionRefused("connections");
    meters.badRequest("too_large");
    meters.newTraffic("chat");
    meters.newLoop(() -> 6, () -> 2_500_000_000L).delay(1);
    meters.exchange("chat", 200, 1);
    meters.retry("chat", "connect_refused");
    meters.backendFailure("chat", "ws://127.0.0.1:1", "connect_refused");
    meters.stateChange("chat", "ws://127.0.0.1:1", "down");
    meters.loadReport("chat", "ws://127.0.0.1:1", true);
    meters.relayOpened("chat");
    meters.relayEnded("chat", EndedBy.CLIENT, 1000, true, 1);
    meters.protocolError("chat", true, 1002);
    meters.move("chat", "planned", "moved", 1, 1);
    meters.immovable("chat");
    meters.drained("chat", "moved");
    meters.toDrain("chat", 1, 1);
    meters.handshakeWaits("chat");
    meters.deployed("chat", "done");
    meters.deploying("chat", true);
    return meters;
  }
}
