package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.Child;
import io.holdfast.it.harness.EventStream;
import io.holdfast.it.harness.FreePort;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.MovingClients;
import io.holdfast.it.harness.NodePeer;
import io.holdfast.it.harness.Signal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Deploys from blue to green, with npm's {@code ws} on both sides, and back when green is bad. */
final class DeployIT {
  @TempDir private Path folder;

  private String config(NodePeer blue, int green, String start, String more) {
    return """
    listeners: [{ bind: "127.0.0.1:0" }]
    state: %s/state
    routes: [{ service: chat }]
    services:
      chat:
        groups:
          blue: { share: 100, stop: "kill %d; echo blue is stopped" }
          green: { start: '%s', stop: "kill `cat %s/green.pid`" }
        deploy: { timeout: 5s, bake: 500ms, verify: { minSamples: 10 } }
        drain: { deadline: 4s }
        migration: { mode: live, settle: { quiet: 250ms, atMost: 10s } }
        %s
        backends:
          - { url: "ws://127.0.0.1:%d", group: blue }
          - { url: "ws://127.0.0.1:%d", group: green }
    """
        .formatted(folder, blue.process().pid(), start, folder, more, blue.port(), green);
  }

  /** Starts green in the background, as init systems do. */
  private String starts(int port, String options) {
    Path peers = Path.of("peers/moving-server.js").toAbsolutePath();
    return "node %s green --port %d %s </dev/null & echo $! > %s/green.pid"
        .formatted(peers, port, options, folder);
  }

  private static JsonNode result(NodePeer clients) throws Exception {
    clients.send("stop");
    return JsonMapper.shared().readTree(clients.await("result"));
  }

  private static int relays(GatewayProcess gateway, int backend) throws Exception {
    return gateway.services().at("/0/backends/" + backend + "/relays").asInt();
  }

  private static String[] words(String... args) {
    return Stream.concat(Stream.of("deploy", "chat"), Stream.of(args)).toArray(String[]::new);
  }

  private static String deployed(GatewayProcess gateway, int exitCode, String... args)
      throws Exception {
    return gateway.told(exitCode, words(args));
  }

  private static JsonNode lastDeploy(GatewayProcess gateway) throws Exception {
    JsonNode all =
        JsonMapper.shared().readTree(gateway.adminGet("/api/v1/deploys")).path("deploys");
    return all.path(all.size() - 1);
  }

  private Path smoke() throws Exception {
    return Files.writeString(
        folder.resolve("smoke.yaml"),
        """
        path: /
        timeout: 2s
        script: [{ send: '{"n":1}' }, { expect: '"answer":1' }, { close: 1000 }]
        load: { connections: 5, rounds: 2 }
        """);
  }

  @Test
  void everybodyGoesToGreenAndNobodyNotices() throws Exception {
    int green = FreePort.take();
    try (NodePeer blue = NodePeer.start("moving-server.js", "blue");
        GatewayProcess gateway = GatewayProcess.start(config(blue, green, starts(green, ""), ""));
        MovingClients clients = MovingClients.of(gateway);
        NodePeer knocking = NodePeer.start("knocking-client.js", gateway.ws("/"));
        EventStream events = EventStream.of(gateway)) {
      assertThat(relays(gateway, 0)).isGreaterThanOrEqualTo(MovingClients.CONNECTIONS);

      String told =
          deployed(
              gateway, 0, "green", "--yes", "--steps", "20%,100%", "--smoke", smoke().toString());
      assertThat(told)
          .containsSubsequence(
              "starting",
              "waiting",
              "smoking",
              "group green gets 20 % of new clients",
              "group green gets 100 % of new clients",
              "draining",
              "group blue: ",
              " relays moved, 0 ended",
              "stopping",
              "group green has all clients");
      JsonNode over = events.await("deploy", e -> e.path("phase").asString().equals("done"));
      assertThat(over.path("group").asString()).isEqualTo("green");
      List<String> phases =
          events.all("deploy").stream().map(e -> e.path("phase").asString()).distinct().toList();
      assertThat(phases)
          .containsSubsequence(
              "starting", "waiting", "smoking", "baking", "draining", "stopping", "done");
      assertThat(relays(gateway, 0)).isZero();
      assertThat(relays(gateway, 1)).isGreaterThanOrEqualTo(MovingClients.CONNECTIONS);
      await().until(() -> !blue.process().alive());
      gateway.log().await("blue is stopped");
      assertThat(gateway.metric("holdfast_deploys_total", "outcome=\"done\"")).isEqualTo(1);
      assertThat(deployed(gateway, 1, "green", "--yes")).contains("has all clients already");
      assertThat(deployed(gateway, 0, "--history")).contains("blue -> green  done");
      JsonNode groups = gateway.services().at("/0/groups");
      assertThat(groups.path("blue").asInt()).isZero();
      assertThat(groups.path("green").asInt()).isPositive();
      assertThat(gateway.reload()).as("a reload of the same file").isEqualTo(200);
      assertThat(gateway.services().at("/0/groups")).isEqualTo(groups);

      clients.assertNobodyNoticed();
      JsonNode knocked = result(knocking);
      assertThat(knocked.path("served").asInt()).as(knocked.toString()).isPositive();
      assertThat(knocked.path("failed").asInt()).as(knocked.toString()).isZero();
      stopGreen();
    }
  }

  private void stopGreen() throws Exception {
    String pid = Files.readString(folder.resolve("green.pid")).strip();
    ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true | group green is not well after 5 s: backend ws://127.0.0.1:",
        "echo no such version; exit 3 | failed with exit code 3",
        "sleep 60 | has not ended in 5 s",
        "--mute | smoke test failed: backend ws://127.0.0.1:",
        "--refuse 1 | smoke test failed: backend ws://127.0.0.1:",
        "--refuse 0.4 | group green does worse: handshakes that fail: "
      })
  void whatFailsLeavesEverybodyAtBlue(String start, String why) throws Exception {
    int green = FreePort.take();
    String command = start.startsWith("--") ? starts(green, start) : start;
    boolean passes = start.equals("--refuse 0.4");
    try (NodePeer blue = NodePeer.start("moving-server.js", "blue");
        GatewayProcess gateway = GatewayProcess.start(config(blue, green, command, ""));
        MovingClients clients = MovingClients.of(gateway);
        NodePeer knocking = NodePeer.start("knocking-client.js", gateway.ws("/"))) {
      String told =
          passes
              ? deployed(gateway, 1, "green", "--yes", "--steps", "30%,100%")
              : deployed(gateway, 1, "green", "--yes", "--smoke", smoke().toString());
      assertThat(told).contains("rolls back: ").contains("rolled back: ").contains(why);
      JsonNode last = lastDeploy(gateway);
      assertThat(last.path("phase").asString()).isEqualTo("rolled_back");
      assertThat(last.path("why").asString()).contains(why);
      await().until(() -> relays(gateway, 1) == 0);
      assertThat(relays(gateway, 0)).isGreaterThanOrEqualTo(MovingClients.CONNECTIONS);
      assertThat(gateway.services().at("/0/groups/blue").asInt()).isEqualTo(100);
      assertThat(gateway.services().at("/0/backends/0/state").asString()).isEqualTo("up");

      clients.assertNobodyNoticed();
      JsonNode knocked = result(knocking);
      assertThat(knocked.path("failed").asInt()).as("others are tried: " + knocked).isZero();
    } finally {
      if (Files.exists(folder.resolve("green.pid"))) {
        stopGreen();
      }
    }
  }

  @Test
  void whenGreenAnswersPingsLateAllGoOnAtBlue() throws Exception {
    int green = FreePort.take();
    String pings = "keepalive: { ping: 200ms }";
    try (NodePeer blue = NodePeer.start("moving-server.js", "blue");
        GatewayProcess gateway =
            GatewayProcess.start(
                config(blue, green, starts(green, "--pong 100"), pings)
                    .replace("quiet: 250ms", "quiet: 500ms"));
        Child deploy =
            gateway.command(words("green", "--yes", "--steps", "50%,100%", "--bake", "4s"))) {
      await().until(() -> lastDeploy(gateway).path("phase").asString().equals("baking"));
      try (MovingClients clients = MovingClients.of(gateway)) {
        assertThat(deploy.exitCode()).as(deploy.log().tail()).isEqualTo(1);
        assertThat(lastDeploy(gateway).path("why").asString())
            .matches(
                "group green does worse: answers to Pings take (99|1\\d\\d)\\.\\d ms; with the others .*");
        assertThat(relays(gateway, 0)).isEqualTo(MovingClients.CONNECTIONS);
        clients.assertNobodyNoticed();
      }
    }
  }

  @Test
  void aFileThatSaysOtherSharesMeanwhileEndsTheDeploy() throws Exception {
    int green = FreePort.take();
    try (NodePeer blue = NodePeer.start("moving-server.js", "blue")) {
      String yaml = config(blue, green, starts(green, ""), "");
      try (GatewayProcess gateway = GatewayProcess.start(yaml);
          NodePeer knocking = NodePeer.start("knocking-client.js", gateway.ws("/"));
          MovingClients clients = MovingClients.of(gateway);
          Child deploy =
              gateway.command(words("green", "--yes", "--steps", "50%,100%", "--bake", "2s"))) {
        await().until(() -> lastDeploy(gateway).path("phase").asString().equals("baking"));
        gateway.rewrite(yaml.replace("share: 100", "share: 70"));
        assertThat(gateway.reload()).isEqualTo(200);
        assertThat(deploy.exitCode()).as(deploy.log().tail()).isEqualTo(1);
        assertThat(lastDeploy(gateway).path("why").asString())
            .startsWith("a reload has changed the groups of service chat");
        assertThat(gateway.services().at("/0/groups/blue").asInt()).isEqualTo(70);
        assertThat(relays(gateway, 0)).isGreaterThanOrEqualTo(MovingClients.CONNECTIONS);
        clients.assertNobodyNoticed();
        assertThat(result(knocking).path("failed").asInt()).isZero();
      }
    }
  }

  @Test
  void whenGreenCrashesInTheDrainAllGoOnAtBlue() throws Exception {
    int green = FreePort.take();
    try (NodePeer blue = NodePeer.start("moving-server.js", "blue");
        GatewayProcess gateway = GatewayProcess.start(config(blue, green, starts(green, ""), ""));
        MovingClients clients = MovingClients.of(gateway);
        Child deploy =
            gateway.command(
                words("green", "--yes", "--steps", "100%", "--bake", "off", "--drain", "8s"));
        NodePeer knocking = NodePeer.start("knocking-client.js", gateway.ws("/"))) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> relays(gateway, 1) > 60 && relays(gateway, 0) > 60);
      String pid = Files.readString(folder.resolve("green.pid")).strip();
      ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroyForcibly();

      assertThat(deploy.exitCode()).as(deploy.log().tail()).isEqualTo(1);
      assertThat(String.join("\n", deploy.log().lines())).contains("rolled back: ");
      await().until(() -> relays(gateway, 1) == 0);
      JsonNode knocked = result(knocking);
      JsonNode seen = clients.result();
      int lost = seen.path("disconnects").asInt();
      System.out.printf(
          "green crashed in a drain: %.0f moved there before, %.0f taken back of it, %d got a Close"
              + " or a reset%n",
          gateway.metric("holdfast_moves_total", "resume=\"planned\"", "outcome=\"moved"),
          gateway.metric("holdfast_moves_total", "resume=\"lost\"", "outcome=\"moved"),
          lost);
      assertThat(lost).as("inside a message just then, or read nothing: " + seen).isLessThan(10);
      assertThat(seen.path("disorder").asInt()).as(seen.toString()).isZero();
      assertThat(seen.path("repeated").asInt()).as(seen.toString()).isZero();
      assertThat(knocked.path("served").asInt()).as(knocked.toString()).isPositive();
      assertThat(gateway.services().at("/0/backends/0/state").asString()).isEqualTo("up");
    }
  }

  @Test
  void anAbortTakesEverybodyBack() throws Exception {
    int green = FreePort.take();
    try (NodePeer blue = NodePeer.start("moving-server.js", "blue");
        GatewayProcess gateway = GatewayProcess.start(config(blue, green, starts(green, ""), ""));
        MovingClients clients = MovingClients.of(gateway);
        Child deploy =
            gateway.command(
                words("green", "--yes", "--steps", "100%", "--bake", "off", "--drain", "8s"));
        NodePeer knocking = NodePeer.start("knocking-client.js", gateway.ws("/"))) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> relays(gateway, 1) > 60 && relays(gateway, 0) > 60);
      assertThat(deployed(gateway, 1, "blue", "--yes")).contains("is under way");
      assertThat(deployed(gateway, 0, "--abort")).contains("rolls back");
      assertThat(deploy.exitCode()).as(deploy.log().tail()).isEqualTo(1);
      assertThat(lastDeploy(gateway).path("why").asString()).isEqualTo("aborted by an operator");
      assertThat(deployed(gateway, 1, "--abort")).contains("No deploy of service chat");
      assertThat(relays(gateway, 0)).isGreaterThanOrEqualTo(MovingClients.CONNECTIONS);

      clients.assertNobodyNoticed();
      assertThat(result(knocking).path("failed").asInt()).isZero();
    }
  }

  @Test
  void aGatewayThatIsKilledInADeployRollsBack() throws Exception {
    int green = FreePort.take();
    try (NodePeer blue = NodePeer.start("moving-server.js", "blue")) {
      String yaml = config(blue, green, starts(green, ""), "");
      try (GatewayProcess gateway = GatewayProcess.start(yaml);
          Child deploy =
              gateway.command(words("green", "--yes", "--steps", "50%,100%", "--bake", "1m"))) {
        await().until(() -> lastDeploy(gateway).path("phase").asString().equals("baking"));
        gateway.signal(Signal.KILL);
        assertThat(deploy.exitCode()).as(deploy.log().tail()).isEqualTo(3);
      }
      try (GatewayProcess gateway = GatewayProcess.start(yaml)) {
        await().until(() -> lastDeploy(gateway).path("phase").asString().equals("rolled_back"));
        assertThat(lastDeploy(gateway).path("why").asString())
            .isEqualTo("the gateway was restarted in the middle of it");
        assertThat(gateway.services().at("/0/groups/blue").asInt()).isEqualTo(100);
        assertThat(gateway.services().at("/0/backends/0/state").asString()).isEqualTo("up");
        assertThat(gateway.services().at("/0/backends/1/state").asString()).isEqualTo("draining");
        String pid = Files.readString(folder.resolve("green.pid")).strip();
        await().until(() -> ProcessHandle.of(Long.parseLong(pid)).isEmpty());
      }
    }
  }
}
