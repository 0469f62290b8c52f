package io.holdfast.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.loadtest.scenario.Scenario.Protocol;
import io.holdfast.loadtest.scenario.Scenario.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

final class ScenarioFileTest {
  static final List<String> BUILT_IN = ScenarioFile.BUILT_IN;

  @ParameterizedTest
  @FieldSource("BUILT_IN")
  void thoseThatAreBuiltInEndWithNobody(String name) {
    Scenario scenario = ScenarioFile.load(name);
    assertThat(scenario.description()).endsWith(".");
    assertThat(scenario.stages().getLast().users()).isZero();
    assertThat(scenario.thresholds())
        .extracting(Threshold::measure)
        .contains("connect.p95", "message.p95", "success", "errors");
  }

  @Test
  void thresholdsOfStagesStayWhenOthersAreGiven() {
    Scenario spike = ScenarioFile.load("spike").with(List.of(Threshold.of("connect.p95=20ms")));
    assertThat(spike.thresholds()).contains(new Threshold("connect.p95", 20e6)).hasSize(4);
    assertThat(spike.stages().get(2).thresholds())
        .containsExactly(new Threshold("connect.p95", 2e9));
    assertThat(spike.mostUsers()).isEqualTo(5000);
  }

  @Test
  void aFileSaysAllThatThereIs(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("mine.yaml");
    Files.writeString(
        file,
        """
        description: A test.
        protocol: socketio
        pace: closed
        users: { every: 250ms, room: 7, text: "{user} says {n}", size: 50, stay: 3s, slow: 12.5%, slowBytes: 99 }
        stages:
          - { users: 10, for: 1m, rate: 90/m, cut: 40% }
          - { name: last, users: 4, for: 1500ms, thresholds: { message.max: 1s } }
        thresholds: { errors: 0.5% }
        """);
    Scenario scenario = ScenarioFile.load(file.toString()).scaled(0.5, 2);
    assertThat(scenario.name()).isEqualTo("mine");
    assertThat(scenario.talk())
        .isEqualTo(
            new Scenario.Talk(
                Protocol.SOCKETIO,
                false,
                Duration.ofMillis(250),
                7,
                "{user} says {n}",
                50,
                Duration.ofSeconds(3),
                0.125,
                99));
    assertThat(scenario.stages())
        .containsExactly(
            new Stage("stage 1", 20, Duration.ofSeconds(30), 3, 0.4, List.of()),
            new Stage(
                "last",
                8,
                Duration.ofMillis(750),
                0,
                0,
                List.of(new Threshold("message.max", 1e9))));
    assertThat(scenario.thresholds()).containsExactly(new Threshold("errors", 0.005));
    assertThat(scenario.time()).isEqualTo(Duration.ofMillis(30_750));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          stages: 3                                     | s: stages is '3', expected a list of one or more
          protocol: ftp                                 | s: protocol is 'ftp', expected one of echo, chat, socketio
          stages: [{ for: soon }]                       | s: stages[0].for is 'soon', expected a time such as 30s
          stages: [{ users: 1 }]                        | s: stages[0].for is 'null', expected a time such as 30s
          stages: [{ for: 1s, users: -1 }]              | s: stages[0].users is '-1', expected a whole number of at least 0
          stages: [{ for: 1s, user: 1 }]                | s: stages[0]: there is no 'user'; expected one of cut, for, name, rate, thresholds, users
          stages: [{ for: 1s, rate: fast }]             | s: stages[0].rate is 'fast', expected a rate such as 200/s
          stages: [{ for: 1s, cut: 101% }]              | s: stages[0].cut is '101%', expected a share from 0% to 100%
          users: { slow: 1 }                            | s: users.slow is '1', expected a share from 0% to 100%
          users: [1]                                    | s: users is '[1]', expected keys with values
          {stages: [{ for: 1s }], thresholds: {x: 1s}}  | s: thresholds: 'x' is no measure; expected one of connect.p50
          {stages: [{ for: 1s }], thresholds: {success: 1s}} | s: thresholds: success is '1s', expected a share such as 99.9%
          {stages: [{ for: 1s }], thresholds: {connect.max: 1%}} | s: thresholds: connect.max is '1%', expected a time such as 20ms
          {stages: [{ for: 1s }], stage: 1}             | s: there is no 'stage'; expected one of description, pace, protocol, stages, thresholds, users
          '[1'                                          | s: while parsing a flow sequence
          """)
  void mistakesAreToldWithTheirPlace(String yaml, String sentence) {
    assertThatThrownBy(() -> ScenarioFile.parse("s", yaml))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(sentence);
  }

  @Test
  void whatIsNoFileIsToldWithTheNamesThereAre() {
    assertThatThrownBy(() -> ScenarioFile.load("spikes"))
        .hasMessage(
            "there is no file spikes, and no scenario of that name; there are ramp, stress, spike, soak,"
                + " reconnect-storm, slow-readers, handshake-churn");
  }
}
