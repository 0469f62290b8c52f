package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.MovingClients;
import io.holdfast.it.harness.MovingPeers;
import io.holdfast.it.harness.NodePeer;
import io.holdfast.it.harness.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Live relays move between servers of npm's {@code ws} while its clients notice nothing. */
final class MigrationIT {
  @TempDir private Path folder;

  private MovingPeers peers() {
    return new MovingPeers(folder);
  }

  private static String config(String more, NodePeer... servers) {
    List<String> urls = new ArrayList<>();
    for (NodePeer server : servers) {
      urls.add("ws://127.0.0.1:" + server.port());
    }
    return """
    listeners: [{ bind: "127.0.0.1:0" }]
    routes: [{ service: chat }]
    services:
      chat:
        drain: { deadline: 60s, rate: 50/s }
        migration: { mode: live, settle: { quiet: 250ms, atMost: 10s } }
        backends: [%s]
    %s
    """
        .formatted(String.join(", ", urls), more);
  }

  private static JsonNode stats(NodePeer server, int nth) throws Exception {
    server.send("stats");
    return JsonMapper.shared().readTree(server.await("stats", nth));
  }

  private static int relays(GatewayProcess gateway, int backend) throws Exception {
    return gateway.services().at("/0/backends/" + backend + "/relays").asInt();
  }

  @Test
  void aDrainMovesEveryoneAndNobodyNotices() throws Exception {
    try (NodePeer blue = peers().server("blue");
        NodePeer green = peers().server("green");
        GatewayProcess gateway = GatewayProcess.start(config("", blue, green));
        MovingClients clients = peers().clients(gateway)) {
      String address = "127.0.0.1:" + blue.port();
      assertThat(relays(gateway, 0)).isEqualTo(MovingClients.CONNECTIONS / 2);

      String drained = gateway.told(0, "drain", address, "--wait", "--rate", "50");
      assertThat(drained)
          .contains("service chat: backend ws://" + address + " is draining")
          .contains("ws://" + address + ": 0 of 100 to go, 100 moved, 0 ended");
      assertThat(relays(gateway, 0)).isZero();
      assertThat(relays(gateway, 1)).isEqualTo(MovingClients.CONNECTIONS);
      gateway.told(0, "clear", address);
      gateway.told(0, "drain", "127.0.0.1:" + green.port(), "--wait");
      assertThat(relays(gateway, 0)).isEqualTo(MovingClients.CONNECTIONS);

      clients.assertNobodyNoticed();
      assertThat(stats(green, 1).at("/resumed/planned").asInt())
          .isEqualTo(MovingClients.CONNECTIONS / 2);
      assertThat(gateway.metric("holdfast_moves_total", "resume=\"planned\"", "outcome=\"moved\""))
          .isEqualTo(300);
    }
  }

  @Test
  void aBackendThatRestartsKeepsItsClients() throws Exception {
    try (NodePeer blue = peers().server("blue");
        NodePeer green = peers().server("green");
        GatewayProcess gateway = GatewayProcess.start(config("", blue, green));
        MovingClients clients = peers().clients(gateway)) {
      blue.send("restart");
      await()
          .until(() -> relays(gateway, 0) == 0 && relays(gateway, 1) == MovingClients.CONNECTIONS);

      JsonNode seen = clients.result();
      assertThat(seen.path("disconnects").asInt()).as(seen.toString()).isZero();
      MovingClients.assertOnceAndInOrder(seen);
      assertThat(seen.at("/answers/lost").asInt()).as(seen.toString()).isZero();
      assertThat(seen.at("/pushes/lost").asInt()).as(seen.toString()).isZero();
      assertThat(stats(green, 1).at("/resumed/closed").asInt())
          .isEqualTo(MovingClients.CONNECTIONS / 2);
    }
  }

  @Test
  void aBackendThatIsKilledLosesNobodyWhoseStreamIsWhole() throws Exception {
    try (NodePeer blue = peers().server("blue");
        NodePeer green = peers().server("green");
        GatewayProcess gateway = GatewayProcess.start(config("", blue, green));
        MovingClients clients = peers().clients(gateway)) {
      blue.process().signal(Signal.KILL);
      await().until(() -> relays(gateway, 0) == 0);

      JsonNode seen = clients.result();
      int lost = seen.path("disconnects").asInt();
      int saved = stats(green, 1).at("/resumed/lost").asInt();
      assertThat(saved + lost).as(seen.toString()).isEqualTo(MovingClients.CONNECTIONS / 2);
      assertThat(lost).as("inside a message just then").isLessThan(10);
      MovingClients.assertClosedWherePossible(seen);
      MovingClients.assertOnceAndInOrder(seen);
    }
  }

  @Test
  void aDrainIsStoppedWhereItStands() throws Exception {
    try (NodePeer blue = peers().server("blue");
        NodePeer green = peers().server("green");
        GatewayProcess gateway = GatewayProcess.start(config("", blue, green));
        MovingClients clients = peers().clients(gateway)) {
      String address = "127.0.0.1:" + blue.port();
      gateway.told(0, "drain", address, "--rate", "8");
      await().until(() -> relays(gateway, 0) < 98);
      gateway.told(0, "drain", address, "--cancel");
      await().until(() -> drains(gateway).get(0).path("state").asString().equals("stopped"));
      assertThat(drains(gateway).get(0).path("backend").asString()).isEqualTo("ws://" + address);
      // Moves that are under way go on to their end; one that goes on begins 24 in that time.
      AtomicInteger before = new AtomicInteger();
      await()
          .during(Duration.ofSeconds(3))
          .atMost(Duration.ofSeconds(20))
          .until(() -> {
            int now = relays(gateway, 0);
            return before.getAndSet(now) == now;
          });
      assertThat(before.get()).isPositive().isLessThan(98);
      assertThat(drains(gateway).get(0).path("toGo").asInt()).isEqualTo(before.get());
      assertThat(gateway.services().at("/0/backends/0/state").asString()).isEqualTo("down");
      assertThat(clients.result().path("disconnects").asInt()).isZero();
    }
  }

  @Test
  void relaysOfABackendThatHangsGoOnElsewhere() throws Exception {
    String yaml =
        """
            health: { websocket: { path: /, interval: 500ms, timeout: 500ms, fall: 2 } }
        """;
    try (NodePeer blue = peers().server("blue");
        NodePeer green = peers().server("green");
        GatewayProcess gateway =
            GatewayProcess.start(
                config(yaml, blue, green).replace("mode: live,", "mode: live, timeout: 1s,"));
        MovingClients clients = peers().clients(gateway)) {
      blue.process().signal(Signal.STOP);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> relays(gateway, 0) == 0 && relays(gateway, 1) == MovingClients.CONNECTIONS);
      assertThat(gateway.services().at("/0/backends/0/state").asString()).isEqualTo("down");
      assertThat(drains(gateway).get(0).path("why").asString()).isEqualTo("backend unhealthy");
      blue.process().signal(Signal.CONT);

      JsonNode seen = clients.result();
      // A push is two frames: whoever had got one of them when blue was stopped cannot go on.
      assertThat(seen.path("disconnects").asInt()).as(seen.toString()).isLessThan(4);
      assertThat(seen.at("/closes/1012").asInt())
          .as(seen.toString())
          .isEqualTo(seen.path("disconnects").asInt());
      for (String what : new String[] {"answers", "pushes"}) {
        assertThat(seen.path(what).path("repeated").asInt()).as(seen.toString()).isZero();
        assertThat(seen.path(what).path("reordered").asInt()).as(seen.toString()).isZero();
      }
    }
  }

  private static JsonNode drains(GatewayProcess gateway) throws Exception {
    return JsonMapper.shared().readTree(gateway.adminGet("/api/v1/drains")).path("drains");
  }
}
