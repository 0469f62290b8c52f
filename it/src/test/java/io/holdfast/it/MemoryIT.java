package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.LoadProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a burst of clients took is given back to the system once they are gone. */
final class MemoryIT {
  private static final int CONNECTIONS = 8_000;

  @Test
  void memoryOfABurstIsReturned() throws Exception {
    try (EchoBackend one = EchoBackend.start();
        EchoBackend two = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.to(one.url(), two.url())) {
      burst(gateway, 200);
      // What was loaded and compiled by then stays, and is not the burst's.
      long before = gateway.residentBytes();

      burst(gateway, CONNECTIONS);

      // Nobody asks for a collection: the process finds out by itself that it is idle.
      await()
          .atMost(Duration.ofSeconds(90))
          .untilAsserted(() -> assertThat(gateway.residentBytes()).isLessThan(before * 12 / 10));
    }
  }

  private static void burst(GatewayProcess gateway, int connections) throws Exception {
    try (LoadProcess load = load(gateway, connections)) {
      assertOk(load.report(), connections);
    }
    await().until(() -> gateway.metric("holdfast_connections_active") == 0);
  }

  private static LoadProcess load(GatewayProcess gateway, int connections) throws Exception {
    return LoadProcess.start(
        gateway.ws("/"),
        "--connections=" + connections,
        "--ramp=1000",
        "--rate=" + connections / 4,
        "--size=16KiB",
        "--warmup=0s",
        "--duration=5s");
  }

  private static void assertOk(JsonNode report, int connections) {
    assertThat(report.at("/ok").asBoolean()).as("%s", report).isTrue();
    assertThat(report.at("/connections/opened").asInt()).isEqualTo(connections);
  }
}
