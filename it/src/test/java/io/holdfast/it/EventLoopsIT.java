package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** How connections are spread over the event loops of a gateway, of which there is one a core. */
final class EventLoopsIT {
  private static final int RELAYS = 120;

  @Test
  void relaysAreSpreadEvenlyWhicheverOfThemEnd() throws Exception {
    try (EchoBackend backend = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.to(backend.url())) {
      List<RawClient> clients = new ArrayList<>();
      try {
        open(gateway, clients, RELAYS);
        assertEven(gateway);

        // Every nth client is all that one loop has, where loops take turns.
        int loops = connections(gateway).size();
        for (int i = RELAYS - loops; i >= 0; i -= loops) {
          clients.remove(i).close();
        }
        awaitRelays(gateway, clients.size());
        open(gateway, clients, RELAYS - clients.size());
        assertEven(gateway);
      } finally {
        for (RawClient client : clients) {
          client.close();
        }
      }
    }
  }

  private static void open(GatewayProcess gateway, List<RawClient> clients, int count)
      throws Exception {
    for (int i = 0; i < count; i++) {
      clients.add(RawClient.webSocket(gateway.port(), "/"));
    }
    awaitRelays(gateway, clients.size());
  }

  private static void awaitRelays(GatewayProcess gateway, int count) {
    Awaitility.await().until(() -> gateway.metric("holdfast_relays_active") == count);
  }

  private static void assertEven(GatewayProcess gateway) {
    Awaitility.await()
        .untilAsserted(() -> {
          List<Double> connections = connections(gateway);
          assertThat(connections).hasSize(Runtime.getRuntime().availableProcessors());
          assertThat(Collections.max(connections) - Collections.min(connections))
              .as("spread of %s", connections)
              .isLessThanOrEqualTo(2);
        });
  }

  private static List<Double> connections(GatewayProcess gateway) throws Exception {
    return gateway.metrics().entrySet().stream()
        .filter(e -> e.getKey().startsWith("holdfast_event_loop_connections{"))
        .map(Map.Entry::getValue)
        .toList();
  }
}
