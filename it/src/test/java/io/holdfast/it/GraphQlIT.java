package io.holdfast.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.NodePeer;
import io.holdfast.it.harness.Signal;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Subscriptions of npm's {@code graphql-ws} are taken over by their prologue: connection_init and
 * two subscribes, of which each begins a stream that counts from 1. Its client ends when it sees a
 * value twice, out of order or not at all, or a second connection_ack.
 */
final class GraphQlIT {
  private static final int CLIENTS = 25;

  private static String config(NodePeer blue, NodePeer green) {
    return """
    listeners: [{ bind: "127.0.0.1:0" }]
    routes: [{ service: graphql }]
    services:
      graphql:
        drain: { deadline: 60s, rate: 50/s }
        migration:
          mode: live
          prologue: { clientMessages: 3, swallowAnswers: 1 }
        backends: ["ws://127.0.0.1:%d", "ws://127.0.0.1:%d"]
    """
        .formatted(blue.port(), green.port());
  }

  /**
   * One that speaks every 50 ms is never silent, and is moved all the same, though its server waits
   * for connection_init for 3 seconds only and it for silence for 5.
   */
  @ParameterizedTest
  @CsvSource({"900, false", "50, true"})
  void everyValueThatWasSentBeforeACloseIsSeenOnce(String everyMillis, boolean busy)
      throws Exception {
    try (NodePeer blue = NodePeer.start("graphql-server.js", "blue", everyMillis);
        NodePeer green = NodePeer.start("graphql-server.js", "green", everyMillis);
        GatewayProcess gateway = GatewayProcess.start(config(blue, green))) {
      String toBlue = "127.0.0.1:" + blue.port();
      String toGreen = "127.0.0.1:" + green.port();
      gateway.told(0, "down", toGreen);
      try (NodePeer clients = NodePeer.start("graphql-client.js", gateway.ws("/"), "" + CLIENTS)) {
        assertThat(clients.await("at")).isEqualTo("blue");
        gateway.told(0, "clear", toGreen);
        String all = ": 0 of %d to go, %<d moved, 0 ended".formatted(CLIENTS);
        assertThat(gateway.told(0, "drain", toBlue, "--wait")).contains(all);
        assertThat(clients.await("at", 2)).isEqualTo("green");
        gateway.told(0, "clear", toBlue);
        assertThat(gateway.told(0, "drain", toGreen, "--wait")).contains(all);
        assertThat(clients.await("at", 3)).isEqualTo("blue");
        String outcome = busy ? "outcome=\"moved_unsettled\"" : "outcome=\"moved\"";
        assertThat(gateway.metric("holdfast_moves_total", outcome)).isPositive();
        assertSeenAsSent(clients, Map.of("blue", blue, "green", green));

        gateway.told(0, "clear", toGreen);
        blue.process().signal(Signal.KILL);
        assertThat(clients.await("at", 4)).as("when their server is lost").isEqualTo("green");
        assertThat(clients.process().log().lines()).noneMatch(line -> line.startsWith("lost"));
      }
    }
  }

  /** As their servers say of all streams that have been left: none has a value less, or more. */
  private static void assertSeenAsSent(NodePeer clients, Map<String, NodePeer> servers)
      throws Exception {
    clients.send("stop");
    JsonNode seen = JsonMapper.shared().readTree(clients.await("result"));
    assertThat(seen.size()).as("two moves of two streams each").isEqualTo(2 * 2 * CLIENTS);
    for (Map.Entry<String, JsonNode> stream : seen.properties()) {
      NodePeer server = servers.get(stream.getKey().split(" ", 2)[0]);
      assertThat(requireNonNull(server).await("sent " + stream.getKey()))
          .as(stream.getKey())
          .isEqualTo(stream.getValue().asString());
    }
  }
}
