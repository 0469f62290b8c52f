package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.NodePeer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clients of npm's {@code ws} that all come at once, to a server whose handshakes cost CPU. */
final class StormIT {
  /**
   * Handshakes in any second at the server, of a hundred: one that stands still for a while, as on
   * a machine with other work, finds several tenths of a second at once. Without a pace it is 300.
   */
  private static final int MOST = 200;

  private static String config(NodePeer server, String handshakes) {
    return """
    listeners: [{ bind: "127.0.0.1:0" }]
    routes: [{ service: chat }]
    services:
      chat: { handshakes: %s, backends: ["ws://127.0.0.1:%d"] }
    """
        .formatted(handshakes, server.port());
  }

  private static JsonNode storm(GatewayProcess gateway) throws Exception {
    try (NodePeer clients =
        NodePeer.start("storm-client.js", gateway.ws("/"), "--connections", "300")) {
      clients.await("ready");
      clients.send("go");
      return JsonMapper.shared().readTree(clients.await("result"));
    }
  }

  private static JsonNode stats(NodePeer server) throws Exception {
    server.send("stats");
    return JsonMapper.shared().readTree(server.await("stats"));
  }

  @Test
  void handshakesWaitForTheirTurn() throws Exception {
    try (NodePeer server = NodePeer.start("storm-server.js", "--cost", "1");
        GatewayProcess gateway =
            GatewayProcess.start(config(server, "{ rate: 100/s, queueTimeout: 10s }"))) {
      JsonNode seen = storm(gateway);
      assertThat(seen.path("connected").asInt()).as(seen.toString()).isEqualTo(300);
      assertThat(seen.path("tries").asInt()).as("one each: " + seen).isEqualTo(300);
      assertThat(seen.path("all").asDouble()).as(seen.toString()).isGreaterThanOrEqualTo(2.8);
      JsonNode served = stats(server);
      assertThat(served.path("most").asInt()).as(served.toString()).isLessThanOrEqualTo(MOST);
      assertThat(gateway.metric("holdfast_handshakes_paced_total")).isBetween(285.0, 290.0);
    }
  }

  @Test
  void whoWouldWaitTooLongIsToldToComeBackLater() throws Exception {
    try (NodePeer server = NodePeer.start("storm-server.js", "--cost", "1");
        GatewayProcess gateway =
            GatewayProcess.start(
                config(server, "{ rate: 100/s, queueTimeout: 500ms, retryAfter: 4s }"))) {
      JsonNode seen = storm(gateway);
      assertThat(seen.path("connected").asInt()).as(seen.toString()).isEqualTo(300);
      assertThat(seen.path("refused").asInt()).as(seen.toString()).isGreaterThanOrEqualTo(100);
      assertThat(seen.path("timeouts").asInt()).as(seen.toString()).isZero();
      JsonNode served = stats(server);
      assertThat(served.path("handshakes").asInt()).as("none for nobody").isEqualTo(300);
      assertThat(served.path("most").asInt()).as(served.toString()).isLessThanOrEqualTo(MOST);
      assertThat(gateway.metric("holdfast_handshakes_total", "outcome=\"paced_out\""))
          .isEqualTo(seen.path("refused").asDouble());
    }
  }

  @Test
  void aBackendThatHasComeBackIsSpared() throws Exception {
    try (NodePeer server = NodePeer.start("storm-server.js", "--cost", "1");
        GatewayProcess gateway =
            GatewayProcess.start(config(server, "{ perBackend: 100/s, queueTimeout: 10s }"))) {
      assertThat(storm(gateway).path("all").asDouble())
          .as("it was there at the start")
          .isLessThan(2.8);
      String path = "backends/override?backend=127.0.0.1:" + server.port() + "&override=";
      for (String word : new String[] {"down", "clear"}) {
        assertThat(gateway.adminPost("/api/v1/" + path + word)).isEqualTo(200);
      }
      JsonNode seen = storm(gateway);
      assertThat(seen.path("connected").asInt()).as(seen.toString()).isEqualTo(300);
      assertThat(seen.path("all").asDouble()).as(seen.toString()).isGreaterThanOrEqualTo(2.8);
    }
  }

  @Test
  void aDrainEndsAsManyASecondAsItSaysAndTheyComeBackAsSpread() throws Exception {
    try (NodePeer blue = NodePeer.start("storm-server.js", "--cost", "0");
        NodePeer green = NodePeer.start("storm-server.js", "--cost", "0");
        GatewayProcess gateway =
            GatewayProcess.start(
                """
                listeners: [{ bind: "127.0.0.1:0" }]
                routes: [{ service: chat }]
                services:
                  chat: { backends: ["ws://127.0.0.1:%d", "ws://127.0.0.1:%d"] }
                """
                    .formatted(blue.port(), green.port()));
        NodePeer clients =
            NodePeer.start("storm-client.js", gateway.ws("/"), "--connections", "1600")) {
      clients.await("ready");
      clients.send("go");
      clients.await("result");
      String drain = "backends/override?override=drain&rate=200&backend=127.0.0.1:" + blue.port();
      assertThat(gateway.adminPost("/api/v1/" + drain)).isEqualTo(200);
      await()
          .until(() -> gateway.metric("holdfast_drained_relays_total", "outcome=\"ended\"") == 800);
      await().until(() -> gateway.services().at("/0/backends/1/relays").asInt() == 1600);
      clients.send("stop");
      JsonNode seen = JsonMapper.shared().readTree(clients.await("result", 2));
      for (String what : new String[] {"ends", "returns"}) {
        JsonNode tenths = seen.path(what);
        assertThat(tenths.size()).as(what + seen).isBetween(36, 44);
        for (int second = 0; second < 3; second++) {
          int count = 0;
          for (int i = 0; i < 10; i++) {
            count += tenths.get(10 * second + i).asInt();
          }
          assertThat(count).as(what + " in second " + second + seen).isBetween(180, 220);
        }
      }
    }
  }
}
