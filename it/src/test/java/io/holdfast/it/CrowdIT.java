package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.LoadProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Thousands of connections at once, for a while, and nothing is left behind. */
final class CrowdIT {
  private static final int CONNECTIONS = 5_000;
  private static final String SECONDS = System.getProperty("holdfast.crowd.seconds", "30");

  @Test
  void fiveThousandConnectionsEchoAndLeaveNothingBehind() throws Exception {
    try (EchoBackend one = EchoBackend.start();
        EchoBackend two = EchoBackend.start();
        EchoBackend three = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.to(one.url(), two.url(), three.url())) {
      gateway.metrics();
      try (LoadProcess warmUp = LoadProcess.start(gateway.ws("/"), "--duration", "1s")) {
        assertThat(warmUp.report().at("/ok").asBoolean()).isTrue();
      }
      await().until(() -> gateway.metric("holdfast_connections_active") == 0);
      int filesBefore = gateway.openFiles();

      JsonNode report;
      try (LoadProcess load =
          LoadProcess.start(
              gateway.ws("/"),
              "--connections=" + CONNECTIONS,
              "--ramp=1000",
              "--rate=5000",
              "--size=128",
              "--duration=" + SECONDS + "s")) {
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> gateway.metric("holdfast_relays_active") == CONNECTIONS);
        report = load.report();
      }

      assertThat(report.at("/ok").asBoolean()).as("%s", report).isTrue();
      assertThat(report.at("/connections/opened").asInt()).isEqualTo(CONNECTIONS);
      assertThat(report.at("/messages/lost").asInt()).isZero();
      assertThat(report.at("/closes/1000").asInt()).isEqualTo(CONNECTIONS);
      await().until(() -> gateway.metric("holdfast_relays_active") == 0);
      await().until(() -> gateway.metric("holdfast_connections_active") == 0);
      await().untilAsserted(() -> assertThat(gateway.openFiles()).isEqualTo(filesBefore));
      assertThat(gateway.metric("holdfast_relays_reset_total")).isZero();
    }
  }
}
