package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.EventStream;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.MovingClients;
import io.holdfast.it.harness.MovingPeers;
import io.holdfast.it.harness.NodePeer;
import io.holdfast.it.harness.Signal;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whose relays move, whose stay and whose end, by the configuration. */
final class MovingPolicyIT {
  private static final int HALF = MovingClients.CONNECTIONS / 2;

  private static final String PROBES =
      "health: { websocket: { path: /, interval: 500ms, timeout: 500ms, fall: 2, rise: 1 } }";

  @TempDir private Path folder;

  private MovingPeers peers() {
    return new MovingPeers(folder);
  }

  private static String url(NodePeer server) {
    return "\"ws://127.0.0.1:" + server.port() + "\"";
  }

  private static String config(String migration, String drain, String more, String backends) {
    return """
    listeners: [{ bind: "127.0.0.1:0" }]
    routes: [{ service: chat }]
    services:
      chat:
        drain: { deadline: 60s, rate: 50/s%s }
        migration: { mode: live, settle: { quiet: 250ms, atMost: 10s }%s }
        %s
        backends: [%s]
    """
        .formatted(drain, migration, more, backends);
  }

  private static String both(NodePeer blue, NodePeer green) {
    return url(blue) + ", " + url(green);
  }

  private static int relays(GatewayProcess gateway, int backend) throws Exception {
    return gateway.services().at("/0/backends/" + backend + "/relays").asInt();
  }

  private static void awaitState(GatewayProcess gateway, String state) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> gateway.services().at("/0/backends/0/state").asString().equals(state));
  }

  @Test
  void aBackendThatAReloadTakesAwayIsEmptied() throws Exception {
    try (NodePeer blue = peers().server("blue");
        NodePeer green = peers().server("green");
        GatewayProcess gateway = GatewayProcess.start(config("", "", "", both(blue, green)));
        EventStream events = EventStream.of(gateway);
        MovingClients clients = peers().clients(gateway)) {
      gateway.rewrite(config("", "", "", url(green)));
      assertThat(gateway.reload()).isEqualTo(200);
      await().atMost(Duration.ofSeconds(30)).until(() -> relays(gateway, 0) == 2 * HALF);
      JsonNode over = events.await("drain", e -> e.path("state").asString().equals("done"));
      assertThat(over.path("why").asString()).isEqualTo("backend removed");
      assertThat(over.path("moved").asInt()).as(over.toString()).isEqualTo(HALF);
      clients.assertNobodyNoticed();
    }
  }

  @Test
  void relaysOfASickBackendEndWhereThatIsWanted() throws Exception {
    try (NodePeer blue = peers().server("blue");
        NodePeer green = peers().server("green");
        GatewayProcess gateway =
            GatewayProcess.start(
                config("", ", onUnhealthy: close, code: 4011", PROBES, both(blue, green)));
        MovingClients clients = peers().clients(gateway)) {
      blue.process().signal(Signal.STOP);
      awaitState(gateway, "down");
      await().atMost(Duration.ofSeconds(30)).until(() -> relays(gateway, 0) == 0);
      blue.process().signal(Signal.CONT);
      JsonNode seen = clients.result();
      assertThat(seen.path("disconnects").asInt()).as(seen.toString()).isEqualTo(HALF);
      assertThat(seen.at("/closes/4011").asInt()).as(seen.toString()).isEqualTo(HALF);
    }
  }

  @Test
  void relaysOfASickBackendStayWhereThatIsWanted() throws Exception {
    try (NodePeer blue = peers().server("blue");
        NodePeer green = peers().server("green");
        GatewayProcess gateway =
            GatewayProcess.start(config("", ", onUnhealthy: leave", PROBES, both(blue, green)));
        MovingClients clients = peers().clients(gateway)) {
      blue.process().signal(Signal.STOP);
      awaitState(gateway, "down");
      blue.process().signal(Signal.CONT);
      awaitState(gateway, "up");
      assertThat(relays(gateway, 0)).isEqualTo(HALF);
      clients.assertNobodyNoticed();
    }
  }

  /** Blue speaks to everybody every 100 ms, so that it is never silent for a second. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "leave | 1 | 0 moved, 0 ended, 100 left where they are |   0",
        "close | 0 | 0 moved, 100 ended                        | 100",
        "move  | 0 | 100 moved, 0 ended                        |   0",
      })
  void whoIsNeverSilentIsDealtWithAsConfigured(
      String busy, int exitCode, String told, int disconnects) throws Exception {
    String migration =
        "migration: { mode: live, busy: " + busy + ", settle: { quiet: 1s, atMost: 3s }";
    try (NodePeer blue = peers().server("blue", "--push", "100");
        NodePeer green = peers().server("green");
        GatewayProcess gateway =
            GatewayProcess.start(
                config("", ", code: 4012", "", both(blue, green))
                    .replaceFirst("migration: .*? }", migration));
        MovingClients clients = peers().clients(gateway)) {
      assertThat(gateway.told(exitCode, "drain", "127.0.0.1:" + blue.port(), "--wait"))
          .contains(": 0 of 100 to go, " + told);
      // A client that reads nothing answers its Close late.
      await().until(() -> relays(gateway, 0) == (busy.equals("leave") ? HALF : 0));
      assertThat(gateway.metric("holdfast_moves_total", "moved_unsettled"))
          .isEqualTo(busy.equals("move") ? HALF : 0);
      JsonNode seen = clients.result();
      assertThat(seen.path("disconnects").asInt()).as(seen.toString()).isEqualTo(disconnects);
      assertThat(seen.at("/closes/4012").asInt()).as(seen.toString()).isEqualTo(disconnects);
      MovingClients.assertOnceAndInOrder(seen);
      if (disconnects == 0) {
        // The answer that its backend had no time for is lost, but nothing that was said.
        assertThat(seen.at("/messages/lost").asInt()).as(seen.toString()).isZero();
        assertThat(seen.at("/answers/lost").asInt()).as(seen.toString()).isZero();
        assertThat(seen.at("/pushes/lost").asInt()).as(seen.toString()).isZero();
      }
    }
  }

  @Test
  void withoutCompressionEverybodyMovesToo() throws Exception {
    try (NodePeer blue = peers().server("blue", "--insist");
        NodePeer green = peers().server("green", "--insist");
        GatewayProcess gateway =
            GatewayProcess.start(config(", compression: off", "", "", both(blue, green)));
        MovingClients clients = peers().clients(gateway)) {
      String told = gateway.told(0, "drain", "127.0.0.1:" + blue.port(), "--wait");
      assertThat(told).contains(": 0 of 100 to go, 100 moved, 0 ended");
      assertThat(gateway.metric("holdfast_relays_immovable_total")).isZero();
      clients.assertNobodyNoticed();
    }
  }

  @Test
  void whoseBackendDoesNotCompressMovesToOneThatWould() throws Exception {
    try (NodePeer blue = peers().server("blue", "--plain");
        NodePeer green = peers().server("green");
        GatewayProcess gateway = GatewayProcess.start(config("", "", "", both(blue, green)));
        MovingClients clients = peers().clients(gateway)) {
      String told = gateway.told(0, "drain", "127.0.0.1:" + blue.port(), "--wait");
      assertThat(told).contains(": 0 of 100 to go, 100 moved, 0 ended");
      clients.assertNobodyNoticed();
    }
  }

  @Test
  void whoseBackendInsistsOnAContextIsSeenAndEndsByAClose() throws Exception {
    try (NodePeer blue = peers().server("blue", "--insist");
        NodePeer green = peers().server("green", "--insist");
        GatewayProcess gateway = GatewayProcess.start(config("", "", "", both(blue, green)));
        MovingClients clients = peers().clients(gateway)) {
      // Every tenth client offers compression.
      int compressed = 2 * HALF / 10;
      assertThat(gateway.metric("holdfast_relays_immovable_total")).isEqualTo(compressed);
      JsonNode relays =
          JsonMapper.shared().readTree(gateway.adminGet("/api/v1/connections?limit=1000"));
      int stuckAtBlue = 0;
      int stuck = 0;
      for (JsonNode relay : relays.path("connections")) {
        if (!relay.path("movable").asBoolean()) {
          stuck++;
          stuckAtBlue += relay.path("backend").asString().endsWith(":" + blue.port()) ? 1 : 0;
        }
      }
      assertThat(stuck).isEqualTo(compressed);

      String told = gateway.told(0, "drain", "127.0.0.1:" + blue.port(), "--wait");
      assertThat(told).contains("%d moved, %d ended".formatted(HALF - stuckAtBlue, stuckAtBlue));
      JsonNode seen = clients.result();
      assertThat(seen.path("disconnects").asInt()).as(seen.toString()).isEqualTo(stuckAtBlue);
      assertThat(seen.at("/closes/1012").asInt()).as(seen.toString()).isEqualTo(stuckAtBlue);
    }
  }
}
