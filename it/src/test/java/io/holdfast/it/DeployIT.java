package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.Child;
import io.holdfast.it.harness.EventStream;
import io.holdfast.it.harness.FreePort;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.MovingClients;
import io.holdfast.it.harness.MovingPeers;
import io.holdfast.it.harness.NodePeer;
import io.holdfast.it.harness.Signal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Deploys from blue to green, with npm's {@code ws} on both sides, and back when green is bad. */
final class DeployIT {
  private static final Pattern SLOW =
      Pattern.compile(
          "group green does worse: answers to Pings take (.*) ms; with the others (.*) ms");

  @TempDir private Path folder;

  private MovingPeers peers() {
    return new MovingPeers(folder);
  }

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
        deploy: { timeout: 20s, bake: 500ms, verify: { minSamples: 10 } }
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
    Path server = Path.of("peers/moving-server.js").toAbsolutePath();
    return "node %s green --ledger %s --port %d %s </dev/null & echo $! > %s/green.pid"
        .formatted(server, peers().ledger("green"), port, options, folder);
  }

  /** Nobody stops the green that has won. */
  @AfterEach
  void stopGreen() throws IOException {
    Path pid = folder.resolve("green.pid");
    if (Files.exists(pid)) {
      ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
          .filter(process -> process.info().arguments().stream().anyMatch(this::isOurs))
          .ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private boolean isOurs(String... arguments) {
    return List.of(arguments).contains(peers().ledger("green").toString());
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
    try (NodePeer blue = peers().server("blue");
        GatewayProcess gateway = GatewayProcess.start(config(blue, green, starts(green, ""), ""));
        MovingClients clients = peers().clients(gateway);
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
    }
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
        "--refuse 0.4 | group green does worse: handshakes that fail: ",
        "--plain | group green does worse: handshakes that fail: "
      })
  void whatFailsLeavesEverybodyAtBlue(String start, String why) throws Exception {
    int green = FreePort.take();
    String command = start.startsWith("--") ? starts(green, start) : start;
    // What waits for the timeout is to be given up soon.
    String timeout = start.startsWith("--") ? "20s" : "5s";
    boolean passes = start.equals("--refuse 0.4") || start.equals("--plain");
    try (NodePeer blue = peers().server("blue");
        GatewayProcess gateway =
            GatewayProcess.start(
                config(blue, green, command, "").replace("timeout: 20s", "timeout: " + timeout));
        MovingClients clients = peers().clients(gateway);
        NodePeer knocking = NodePeer.start("knocking-client.js", gateway.ws("/"))) {
      String told =
          passes
              ? deployed(gateway, 1, "green", "--yes", "--steps", "30%,100%")
              : deployed(gateway, 1, "green", "--yes", "--smoke", smoke().toString());
      assertThat(told)
          .as("%s: %s", start, told.replace('\n', '|'))
          .contains("rolls back: ")
          .contains("rolled back: ")
          .contains(why);
      JsonNode last = lastDeploy(gateway);
      assertThat(last.path("phase").asString()).isEqualTo("rolled_back");
      assertThat(last.path("why").asString()).contains(why);
      await().until(() -> relays(gateway, 1) == 0);
      assertThat(relays(gateway, 0)).isGreaterThanOrEqualTo(MovingClients.CONNECTIONS);
      assertThat(gateway.services().at("/0/groups/blue").asInt()).isEqualTo(100);
      assertThat(gateway.services().at("/0/backends/0/state").asString()).isEqualTo("up");

      if (start.equals("--plain")) {
        gateway
            .log()
            .await("it agrees to no extension and no subprotocol, its client was told permessage");
        assertThat(gateway.metric("holdfast_moves_total", "other_terms")).isPositive();
      }
      clients.assertNobodyNoticed();
      JsonNode knocked = result(knocking);
      assertThat(knocked.path("failed").asInt()).as("others are tried: " + knocked).isZero();
    }
  }

  @Test
  void aSmokeScriptThatPassesAloneMayFailUnderLoad() throws Exception {
    int green = FreePort.take();
    String alone = Files.readString(smoke()).replaceFirst("(?m)^load: .*$", "");
    Path single = Files.writeString(folder.resolve("single.yaml"), alone);
    try (NodePeer blue = NodePeer.start("moving-server.js", "blue");
        GatewayProcess gateway =
            GatewayProcess.start(config(blue, green, starts(green, "--most 1"), ""))) {
      assertThat(deployed(gateway, 1, "green", "--yes", "--smoke", smoke().toString()))
          .contains("smoke test failed: backend ws://127.0.0.1:" + green)
          .contains("503");
      try (Child deploy = gateway.command(words("green", "--yes", "--smoke", single.toString()))) {
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> lastDeploy(gateway).path("phase").asString().equals("baking"));
        assertThat(deployed(gateway, 0, "--abort")).contains("rolls back");
        assertThat(deploy.exitCode()).as(deploy.log().tail()).isEqualTo(1);
      }
    }
  }

  @Test
  void blueIsNotStoppedInTheMiddleOfADownload() throws Exception {
    int green = FreePort.take();
    try (NodePeer blue = NodePeer.start("moving-server.js", "blue");
        GatewayProcess gateway =
            GatewayProcess.start(
                config(blue, green, starts(green, ""), "")
                    .replace("minSamples: 10", "minSamples: 0")
                    .replace("deadline: 4s", "deadline: 1m"));
        HttpClient client = HttpClient.newHttpClient()) {
      CompletableFuture<HttpResponse<String>> download =
          client.sendAsync(
              HttpRequest.newBuilder(URI.create(gateway.http("/file"))).build(),
              HttpResponse.BodyHandlers.ofString());
      await().until(() -> gateway.services().at("/0/backends/0/exchanges").asInt() == 1);
      try (Child deploy = gateway.command(words("green", "--yes", "--steps", "100%"))) {
        await()
            .until(() ->
                lastDeploy(gateway)
                    .path("detail")
                    .asString()
                    .startsWith("waits for group blue: it still has 1 "));
        blue.send("finish");
        assertThat(download.get().body()).isEqualTo("begin end");
        assertThat(deploy.exitCode()).as(deploy.log().tail()).isZero();
        await().until(() -> !blue.process().alive());
      }
    }
  }

  @Test
  void whenGreenAnswersPingsLateAllGoOnAtBlue() throws Exception {
    int green = FreePort.take();
    String pings = "keepalive: { ping: 1s }";
    try (NodePeer blue = peers().server("blue");
        GatewayProcess gateway =
            GatewayProcess.start(
                config(blue, green, starts(green, "--pong 400"), pings)
                    .replace("minSamples: 10", "minSamples: 10, pingTime: 2"));
        Child deploy =
            gateway.command(words("green", "--yes", "--steps", "50%,100%", "--bake", "4s"))) {
      await().until(() -> lastDeploy(gateway).path("phase").asString().equals("baking"));
      try (MovingClients clients = peers().clients(gateway)) {
        assertThat(deploy.exitCode()).as(deploy.log().tail()).isEqualTo(1);
        Matcher why = SLOW.matcher(lastDeploy(gateway).path("why").asString());
        assertThat(why.matches()).as(lastDeploy(gateway).toString()).isTrue();
        double late = Double.parseDouble(why.group(1));
        assertThat(late).isGreaterThan(390).isGreaterThan(2 * Double.parseDouble(why.group(2)));
        assertThat(relays(gateway, 0)).isEqualTo(MovingClients.CONNECTIONS);
        clients.assertNobodyNoticed();
      }
    }
  }

  @Test
  void aFileThatSaysOtherSharesMeanwhileEndsTheDeploy() throws Exception {
    int green = FreePort.take();
    try (NodePeer blue = peers().server("blue")) {
      String yaml = config(blue, green, starts(green, ""), "");
      try (GatewayProcess gateway = GatewayProcess.start(yaml);
          NodePeer knocking = NodePeer.start("knocking-client.js", gateway.ws("/"));
          MovingClients clients = peers().clients(gateway);
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
    try (NodePeer blue = peers().server("blue");
        GatewayProcess gateway = GatewayProcess.start(config(blue, green, starts(green, ""), ""));
        MovingClients clients = peers().clients(gateway);
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
      assertThat(lost).as("inside a message just then: " + seen).isLessThan(10);
      MovingClients.assertClosedWherePossible(seen);
      MovingClients.assertOnceAndInOrder(seen);
      assertThat(knocked.path("served").asInt()).as(knocked.toString()).isPositive();
      assertThat(gateway.services().at("/0/backends/0/state").asString()).isEqualTo("up");
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "10"})
  void anAbortTakesEverybodyBack(int share) throws Exception {
    int green = FreePort.take();
    try (NodePeer blue = peers().server("blue");
        GatewayProcess gateway =
            GatewayProcess.start(
                config(blue, green, starts(green, ""), "ejection: { failures: 0 }")
                    .replace("green: { ", "green: { share: %d, ".formatted(share)));
        MovingClients clients = peers().clients(gateway);
        Child deploy =
            gateway.command(
                words("green", "--yes", "--steps", "100%", "--bake", "off", "--drain", "20s"));
        NodePeer knocking = NodePeer.start("knocking-client.js", gateway.ws("/"))) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> relays(gateway, 1) > 60 && relays(gateway, 0) > 60);
      assertThat(deployed(gateway, 1, "blue", "--yes")).contains("is under way");
      assertThat(deployed(gateway, 0, "--abort")).contains("rolls back");
      assertThat(deploy.exitCode()).as(deploy.log().tail()).isEqualTo(1);
      assertThat(lastDeploy(gateway).path("why").asString()).isEqualTo("aborted by an operator");
      assertThat(deployed(gateway, 1, "--abort")).contains("No deploy of service chat");
      assertThat(relays(gateway, 0))
          .as("but those that green may keep")
          .isGreaterThanOrEqualTo(MovingClients.CONNECTIONS * (100 - 2 * share) / 100);

      clients.assertNobodyNoticed();
      assertThat(result(knocking).path("failed").asInt()).isZero();
    }
  }

  @Test
  void aGatewayThatIsKilledInADeployRollsBack() throws Exception {
    int green = FreePort.take();
    try (NodePeer blue = peers().server("blue")) {
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
