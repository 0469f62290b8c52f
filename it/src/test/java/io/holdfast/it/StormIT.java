package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.NodePeer;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
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

  /**
   * Of 300 that come at once ten need not wait; where it takes a second until all have come, a
   * hundred more.
   */
  private static final double LEAST_PACED = 150;

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
      assertThat(gateway.metric("holdfast_handshakes_paced_total")).isBetween(LEAST_PACED, 290.0);
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
      JsonNode told = seen.path("retryAfter");
      assertThat(told.propertyNames())
          .as("each is told, up to what is configured, and not all the same: " + seen)
          .containsExactlyInAnyOrder("1", "2", "3", "4");
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
      assertThat(storm(gateway).path("connected").asInt()).isEqualTo(300);
      assertThat(gateway.metric("holdfast_handshakes_paced_total"))
          .as("it was there at the start")
          .isZero();
      String path = "backends/override?backend=127.0.0.1:" + server.port() + "&override=";
      for (String word : new String[] {"down", "clear"}) {
        assertThat(gateway.adminPost("/api/v1/" + path + word)).isEqualTo(200);
      }
      JsonNode seen = storm(gateway);
      assertThat(seen.path("connected").asInt()).as(seen.toString()).isEqualTo(300);
      assertThat(seen.path("all").asDouble()).as(seen.toString()).isGreaterThanOrEqualTo(2.8);
      assertThat(gateway.metric("holdfast_handshakes_paced_total")).isBetween(LEAST_PACED, 290.0);
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
        assertEven(seen.path(what), what + seen);
      }
    }
  }

  /**
   * 800 at 200 a second. Who ends or counts them may stand still for some tenths of a second, and
   * go on with many at once: so those that were least late in the first and the last quarter are
   * compared, three seconds apart.
   */
  private static void assertEven(JsonNode times, String what) {
    assertThat(times.size()).as(what).isEqualTo(800);
    double later = (lateness(times, 600) - lateness(times, 0)) / 1000;
    assertThat(600 / (3 + later)).as(what).isBetween(180.0, 220.0);
    Set<Integer> tenths = new HashSet<>();
    times.forEach(time -> tenths.add(time.asInt() / 100));
    assertThat(tenths.size()).as("tenths of a second with any: " + what).isGreaterThan(20);
  }

  /** The least of 200, in milliseconds against one each 5 ms. */
  private static double lateness(JsonNode times, int from) {
    return IntStream.range(from, from + 200).map(i -> times.get(i).asInt() - 5 * i).min().orElse(0);
  }
}
