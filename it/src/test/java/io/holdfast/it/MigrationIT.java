package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.MovingClients;
import io.holdfast.it.harness.NodePeer;
import io.holdfast.it.harness.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Live relays move between servers of npm's {@code ws} while its clients notice nothing. */
final class MigrationIT {
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
    try (NodePeer blue = NodePeer.start("moving-server.js", "blue");
        NodePeer green = NodePeer.start("moving-server.js", "green");
        GatewayProcess gateway = GatewayProcess.start(config("", blue, green));
        MovingClients clients = MovingClients.of(gateway)) {
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

      JsonNode seen = clients.assertNobodyNoticed();
      JsonNode byBlue = stats(blue, 1);
      JsonNode byGreen = stats(green, 1);
      String all = seen + "\n" + byBlue + "\n" + byGreen;
      assertThat(byBlue.path("received").asInt() + byGreen.path("received").asInt())
          .as(all)
          .isEqualTo(seen.path("sent").asInt());
      assertThat(byBlue.path("pushed").asInt() + byGreen.path("pushed").asInt())
          .as(all)
          .isEqualTo(seen.path("pushes").asInt());
      assertThat(byBlue.path("disorder").asInt() + byGreen.path("disorder").asInt()).isZero();
      assertThat(byGreen.at("/resumed/planned").asInt()).isEqualTo(MovingClients.CONNECTIONS / 2);
      assertThat(gateway.metric("holdfast_moves_total", "resume=\"planned\"", "outcome=\"moved\""))
          .isEqualTo(300);
    }
  }

  @Test
  void aBackendThatRestartsKeepsItsClients() throws Exception {
    try (NodePeer blue = NodePeer.start("moving-server.js", "blue");
        NodePeer green = NodePeer.start("moving-server.js", "green");
        GatewayProcess gateway = GatewayProcess.start(config("", blue, green));
        MovingClients clients = MovingClients.of(gateway)) {
      blue.send("restart");
      await()
          .until(() -> relays(gateway, 0) == 0 && relays(gateway, 1) == MovingClients.CONNECTIONS);

      JsonNode seen = clients.result();
      assertThat(seen.path("disconnects").asInt()).as(seen.toString()).isZero();
      assertThat(seen.path("repeated").asInt()).as(seen.toString()).isZero();
      assertThat(seen.path("disorder").asInt()).as(seen.toString()).isZero();
      assertThat(stats(green, 1).at("/resumed/closed").asInt())
          .isEqualTo(MovingClients.CONNECTIONS / 2);
    }
  }

  @Test
  void aBackendThatIsKilledLosesNobodyWhoseStreamIsWhole() throws Exception {
    try (NodePeer blue = NodePeer.start("moving-server.js", "blue");
        NodePeer green = NodePeer.start("moving-server.js", "green");
        GatewayProcess gateway = GatewayProcess.start(config("", blue, green));
        MovingClients clients = MovingClients.of(gateway)) {
      blue.process().signal(Signal.KILL);
      await().until(() -> relays(gateway, 0) == 0);

      JsonNode seen = clients.result();
      int lost = seen.path("disconnects").asInt();
      int saved = stats(green, 1).at("/resumed/lost").asInt();
      assertThat(saved + lost).as(seen.toString()).isEqualTo(MovingClients.CONNECTIONS / 2);
      assertThat(lost).as("inside a message just then, or read nothing").isLessThan(10);
      assertThat(seen.path("repeated").asInt()).as(seen.toString()).isZero();
      assertThat(seen.path("disorder").asInt()).as(seen.toString()).isZero();
    }
  }

  @Test
  void aDrainIsStoppedWhereItStands() throws Exception {
    try (NodePeer blue = NodePeer.start("moving-server.js", "blue");
        NodePeer green = NodePeer.start("moving-server.js", "green");
        GatewayProcess gateway = GatewayProcess.start(config("", blue, green));
        MovingClients clients = MovingClients.of(gateway)) {
      String address = "127.0.0.1:" + blue.port();
      gateway.told(0, "drain", address, "--rate", "2");
      await().until(() -> relays(gateway, 0) < 98);
      gateway.told(0, "drain", address, "--cancel");
      assertThat(drains(gateway).get(0).path("state").asString()).isEqualTo("stopped");
      assertThat(drains(gateway).get(0).path("backend").asString()).isEqualTo("ws://" + address);
      await().during(Duration.ofSeconds(2)).until(() -> relays(gateway, 0) > 80);
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
    try (NodePeer blue = NodePeer.start("moving-server.js", "blue");
        NodePeer green = NodePeer.start("moving-server.js", "green");
        GatewayProcess gateway =
            GatewayProcess.start(
                config(yaml, blue, green).replace("mode: live,", "mode: live, timeout: 1s,"));
        MovingClients clients = MovingClients.of(gateway)) {
      blue.process().signal(Signal.STOP);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> relays(gateway, 0) == 0 && relays(gateway, 1) == MovingClients.CONNECTIONS);
      assertThat(gateway.services().at("/0/backends/0/state").asString()).isEqualTo("down");
      assertThat(drains(gateway).get(0).path("why").asString()).isEqualTo("backend unhealthy");
      blue.process().signal(Signal.CONT);

      JsonNode seen = clients.result();
      // A push is two frames: whoever had got one of them when blue was stopped cannot go on.
      int cut = seen.at("/closes/1012").asInt();
      assertThat(cut).as(seen.toString()).isLessThan(4);
      assertThat(seen.path("disconnects").asInt()).as(seen.toString()).isEqualTo(cut);
      assertThat(seen.path("disorder").asInt()).as(seen.toString()).isZero();
    }
  }

  @Test
  void aBackendThatJoinsGetsItsShareButNotWhileItComesAndGoes() throws Exception {
    String auto = "    rebalance: { auto: true, after: 3s, rate: 100/s, tolerance: 10% }\n";
    try (NodePeer blue = NodePeer.start("moving-server.js", "blue");
        NodePeer green = NodePeer.start("moving-server.js", "green");
        GatewayProcess gateway = GatewayProcess.start(config(auto, blue));
        MovingClients clients = MovingClients.of(gateway)) {
      assertThat(relays(gateway, 0)).isEqualTo(MovingClients.CONNECTIONS);
      gateway.rewrite(config(auto, blue, green));
      assertThat(gateway.reload()).isEqualTo(200);
      String address = "ws://127.0.0.1:" + green.port();
      for (int i = 0; i < 3; i++) {
        gateway.told(0, "down", address);
        gateway.told(0, "clear", address);
      }
      assertThat(drains(gateway)).as("it comes and goes").isEmpty();

      await()
          .atMost(Duration.ofSeconds(30))
          .until(() ->
              !drains(gateway).isEmpty()
                  && drains(gateway).get(0).path("state").asString().equals("done"));
      assertThat(relays(gateway, 1)).isBetween(90, 110);
      assertThat(relays(gateway, 0)).isBetween(90, 110);
      assertThat(gateway.told(0, "rebalance", "chat", "--wait"))
          .contains("service chat: 0 of 0 to go, 0 moved, 0 ended");
      assertThat(drains(gateway).size()).as("once").isEqualTo(2);
      assertThat(gateway.told(1, "rebalance", "nobody")).contains("There is no service nobody");

      clients.assertNobodyNoticed();
    }
  }

  @Test
  void aGraphQlSubscriptionGoesOnByItsPrologue() throws Exception {
    try (NodePeer blue = NodePeer.start("graphql-server.js", "blue");
        NodePeer green = NodePeer.start("graphql-server.js", "green");
        GatewayProcess gateway =
            GatewayProcess.start(
                config("", blue, green)
                    .replace(
                        "atMost: 10s }",
                        "atMost: 1s }, prologue: { clientMessages: 2, swallowAnswers: 1 }"));
        NodePeer client = NodePeer.start("graphql-client.js", gateway.ws("/"))) {
      String first = client.await("from");
      NodePeer before = first.equals("blue") ? blue : green;
      NodePeer after = first.equals("blue") ? green : blue;
      gateway.told(0, "drain", "127.0.0.1:" + before.port(), "--wait");
      assertThat(client.await("from", 2)).isNotEqualTo(first);
      assertThat(after.await("subscribed")).isEqualTo("let me in");

      gateway.told(0, "clear", "127.0.0.1:" + before.port());
      after.process().signal(Signal.KILL);
      assertThat(client.await("from", 3)).as("and again when its server is lost").isEqualTo(first);
      assertThat(client.process().log().lines()).noneMatch(line -> line.startsWith("lost"));
    }
  }

  private static JsonNode drains(GatewayProcess gateway) throws Exception {
    return JsonMapper.shared().readTree(gateway.adminGet("/api/v1/drains")).path("drains");
  }
}
