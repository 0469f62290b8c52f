package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.MovingClients;
import io.holdfast.it.harness.MovingPeers;
import io.holdfast.it.harness.NodePeer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Relays are spread anew after a backend has joined, and while one comes and goes they are not. */
final class RebalanceIT {
  private static final Duration AFTER = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private MovingPeers peers() {
    return new MovingPeers(folder);
  }

  private static String config(String backends) {
    return """
    listeners: [{ bind: "127.0.0.1:0" }]
    routes: [{ service: chat }]
    services:
      chat:
        drain: { rate: 100/s, onUnhealthy: move }
        migration: { mode: live, settle: { quiet: 250ms, atMost: 10s } }
        health: { websocket: { path: /, interval: 200ms, timeout: 2s, fall: 2, rise: 1 } }
        rebalance: { auto: true, after: %ds, rate: 100/s, tolerance: 10%% }
        backends: [%s]
    """
        .formatted(AFTER.toSeconds(), backends);
  }

  private static String backend(NodePeer server, int weight) {
    return "{ url: \"ws://127.0.0.1:%d\", weight: %d }".formatted(server.port(), weight);
  }

  private static String backends(NodePeer one, NodePeer two, int weight) {
    return backend(one, 1) + ", " + backend(two, weight);
  }

  private static int relays(GatewayProcess gateway, int backend) throws Exception {
    return gateway.services().at("/0/backends/" + backend + "/relays").asInt();
  }

  private static void awaitState(GatewayProcess gateway, int backend, String state) {
    await()
        .atMost(PATIENCE)
        .until(() ->
            gateway.services().at("/0/backends/" + backend + "/state").asString().equals(state));
  }

  private static JsonNode drains(GatewayProcess gateway) throws Exception {
    return JsonMapper.shared().readTree(gateway.adminGet("/api/v1/drains")).path("drains");
  }

  /** How many rebalancings are over. */
  private static long rebalanced(GatewayProcess gateway) throws Exception {
    return StreamSupport.stream(drains(gateway).spliterator(), false)
        .filter(run -> run.path("why").asString().equals("rebalance"))
        .filter(run -> run.path("state").asString().equals("done"))
        .count();
  }

  /** No backend has a tenth more than it is entitled to. */
  private static void assertSpread(GatewayProcess gateway, int weight) throws Exception {
    double due = MovingClients.CONNECTIONS / (1.0 + weight);
    assertThat(relays(gateway, 0)).isBetween((int) (0.9 * due), (int) (1.1 * due));
    assertThat(relays(gateway, 0) + relays(gateway, 1)).isEqualTo(MovingClients.CONNECTIONS);
    assertThat((double) relays(gateway, 1)).isLessThanOrEqualTo(1.1 * weight * due);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aBackendThatJoinsGetsItsShareByWeight(int weight) throws Exception {
    try (NodePeer blue = peers().server("blue");
        NodePeer green = peers().server("green");
        GatewayProcess gateway = GatewayProcess.start(config(backend(blue, 1)));
        MovingClients clients = peers().clients(gateway)) {
      assertThat(relays(gateway, 0)).isEqualTo(MovingClients.CONNECTIONS);
      gateway.rewrite(config(backends(blue, green, weight)));
      assertThat(gateway.reload()).isEqualTo(200);
      await().atMost(PATIENCE).until(() -> rebalanced(gateway) == 1);
      assertSpread(gateway, weight);

      assertThat(gateway.told(0, "rebalance", "chat", "--wait"))
          .contains("service chat: 0 of 0 to go, 0 moved, 0 ended");
      assertThat(drains(gateway).size()).as("once").isEqualTo(2);
      assertThat(gateway.told(1, "rebalance", "nobody")).contains("There is no service nobody");
      clients.assertNobodyNoticed();
    }
  }

  @Test
  void withoutMigrationNobodyIsEndedWhileOthersAreStillOnTheirWayBack() throws Exception {
    String config =
        """
        listeners: [{ bind: "127.0.0.1:0" }]
        routes: [{ service: chat }]
        services:
          chat:
            balance: { algorithm: least_connections, slowStart: off }
            timeouts: { close: 500ms }
            rebalance: { auto: true, after: 500ms, rate: 400/s }
            backends: [%s]
        """;
    try (NodePeer blue = NodePeer.start("storm-server.js", "--cost", "0");
        NodePeer green = NodePeer.start("storm-server.js", "--cost", "0");
        GatewayProcess gateway = GatewayProcess.start(config.formatted(backend(blue, 1)));
        NodePeer clients =
            NodePeer.start(
                "storm-client.js", gateway.ws("/"), "--connections", "400", "--pause", "4000")) {
      clients.await("ready");
      clients.send("go");
      clients.await("result");
      gateway.rewrite(config.formatted(backends(blue, green, 1)));
      assertThat(gateway.reload()).isEqualTo(200);
      await().atMost(PATIENCE).until(() -> rebalanced(gateway) == 1);
      assertThat(drains(gateway).path(0).path("ended").asInt()).isEqualTo(200);
      await().until(() -> relays(gateway, 1) == 200);
      assertThat(relays(gateway, 0)).isEqualTo(200);
    }
  }

  /**
   * While green comes and goes, a relay is moved off it once at most and stays at blue; once green
   * has been up for long enough, a relay is moved back once at most. So it is each time.
   */
  @Test
  void whileALoadedBackendComesAndGoesNobodyIsMovedToAndFro() throws Exception {
    try (NodePeer blue = peers().server("blue");
        NodePeer green = peers().server("green");
        GatewayProcess gateway = GatewayProcess.start(config(backends(blue, green, 1)));
        MovingClients clients = peers().clients(gateway)) {
      awaitState(gateway, 1, "up");
      assertSpread(gateway, 1);
      for (int time = 1; time <= 2; time++) {
        comeAndGo(gateway, green);
        assertThat(rebalanced(gateway)).as("while it comes and goes").isEqualTo(time - 1);
        assertThat(relays(gateway, 1)).as("it was left").isLessThan(MovingClients.CONNECTIONS / 4);
        assertMoves(gateway, 2 * time - 1);

        int times = time;
        await().atMost(PATIENCE).until(() -> rebalanced(gateway) == times);
        assertSpread(gateway, 1);
        assertMoves(gateway, 2 * time);
      }
      double moved = gateway.metric("holdfast_moves_total");
      int runs = drains(gateway).size();
      await()
          .atMost(PATIENCE)
          .during(AFTER.multipliedBy(3))
          .until(() ->
              gateway.metric("holdfast_moves_total") == moved && drains(gateway).size() == runs);
      clients.assertNobodyNoticed();
    }
  }

  /**
   * Over three times as long as a backend must have been up, but never up for so long; each time
   * some are moved off it.
   */
  private static void comeAndGo(GatewayProcess gateway, NodePeer server) throws Exception {
    long end = System.nanoTime() + AFTER.multipliedBy(3).toNanos();
    while (System.nanoTime() < end) {
      server.send("sick");
      awaitState(gateway, 1, "down");
      int had = relays(gateway, 1);
      await().until(() -> relays(gateway, 1) <= Math.max(0, had - 10));
      server.send("well");
      awaitState(gateway, 1, "up");
    }
  }

  /** No relay has been moved more often than {@code most} times. */
  private static void assertMoves(GatewayProcess gateway, int most) throws Exception {
    JsonNode relays =
        JsonMapper.shared().readTree(gateway.adminGet("/api/v1/connections?limit=1000"));
    assertThat(relays.path("connections").size()).isEqualTo(MovingClients.CONNECTIONS);
    assertThat(relays.path("connections"))
        .allMatch(relay -> relay.path("moves").asInt() <= most, "at most " + most + " moves");
  }
}
