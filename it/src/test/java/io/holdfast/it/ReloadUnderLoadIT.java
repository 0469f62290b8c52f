package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.LoadProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A reload never touches a live relay. */
final class ReloadUnderLoadIT {
  private static final int CONNECTIONS = 500;
  private static final int RELOADS = 200;

  /** Every other one changes listeners, routes, headers, algorithm, weights, limits and times. */
  private static String config(int turn, String one, String two) {
    boolean even = turn % 2 == 0;
    return """
    listeners:
      - bind: 127.0.0.1:0
    %s
    admin: { bind: 127.0.0.1:0 }
    limits: { headTimeout: %ds }
    routes:
      - name: echo
        match: { path: /** }
        service: echo
        headers: { response: { set: { x-turn: "%d" } } }
    %s
    services:
      echo:
        balance: %s
        keepalive: { ping: %ds }
        backends:
          - { url: "%s", weight: %d }
          - { url: "%s", weight: 1 }
    %s
    """
        .formatted(
            even ? "  - bind: 127.0.0.2:0" : "",
            even ? 5 : 10,
            turn,
            even ? "  - { name: other, match: { path: /other/** }, service: echo }" : "",
            even ? "round_robin" : "least_connections",
            even ? 20 : 30,
            one,
            even ? 3 : 1,
            two,
            even ? "      - ws://127.0.0.1:9" : "");
  }

  @Test
  void twoHundredReloadsDropNobodyAndLoseNothing() throws Exception {
    try (EchoBackend one = EchoBackend.start();
        EchoBackend two = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.start(config(1, one.url(), two.url()));
        LoadProcess load =
            LoadProcess.start(gateway.ws("/"), "--connections=" + CONNECTIONS, "--duration=10m")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> gateway.metric("holdfast_relays_active") == CONNECTIONS);
      double before = gateway.metric("holdfast_messages_total");

      for (int turn = 2; turn < 2 + RELOADS; turn++) {
        gateway.rewrite(config(turn, one.url(), two.url()));
        assertThat(gateway.reload()).as("reload %d", turn).isEqualTo(200);
      }

      assertThat(gateway.metric("holdfast_relays_active")).isEqualTo(CONNECTIONS);
      assertThat(gateway.metric("holdfast_messages_total")).isGreaterThan(before);
      load.stop();
      JsonNode report = load.report();
      assertThat(report.at("/ok").asBoolean()).as("%s", report).isTrue();
      assertThat(report.at("/messages/lost").asInt()).isZero();
      assertThat(report.at("/closes/1000").asInt()).isEqualTo(CONNECTIONS);
      assertThat(gateway.metric("holdfast_config_reloads_total", "success"))
          .isGreaterThanOrEqualTo(RELOADS);
    }
  }
}
