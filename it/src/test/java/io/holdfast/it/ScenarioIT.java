package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.Browser;
import io.holdfast.it.harness.ChatNode;
import io.holdfast.it.harness.Child;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.Signal;
import io.holdfast.it.harness.Tab;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code holdfast loadtest --scenario} as a process, at the chat through the gateway. */
@SuppressWarnings("NullAway.Init")
final class ScenarioIT {
  private static ChatNode node;
  private static GatewayProcess gateway;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    node = ChatNode.start("ash", Map.of());
    gateway = GatewayProcess.quick(node.backend());
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    node.close();
  }

  private static Child loadtest(String url, String... more) throws Exception {
    List<String> args = new ArrayList<>(List.of("loadtest", url));
    args.addAll(List.of(more));
    return Child.holdfast("loadtest", Map.of(), args);
  }

  /** What a run has found, which is to have passed. */
  private static JsonNode passed(Child run) throws Exception {
    try (run) {
      int code = run.exitCode();
      assertThat(code).as(run.log().tail()).isZero();
      return JsonMapper.shared().readTree(run.log().lines().getLast());
    }
  }

  /** A tenth of the users, for some seconds. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ramp 0.02",
        "spike 0.02",
        "soak 0.0005",
        "reconnect-storm 0.05",
        "handshake-churn 0.05"
      })
  void whatIsBuiltInPassesInLittle(String which) throws Exception {
    String[] parts = which.split(" ", 2);
    JsonNode result =
        passed(
            loadtest(
                gateway.ws("/"),
                "--scenario",
                parts[0],
                "--times",
                parts[1],
                "--users",
                "0.1",
                "--json"));
    assertThat(result.at("/total/connects").asLong()).isGreaterThanOrEqualTo(100);
    assertThat(result.at("/total/delivered").asLong()).isGreaterThan(100);
    assertThat(result.at("/total/errors").isEmpty()).isTrue();
    if (parts[0].equals("reconnect-storm")) {
      assertThat(result.at("/total/notes/cut").asLong()).isEqualTo(300);
    }
  }

  @Test
  void slowReadersAreNoErrorAndHoldNobodyUp() throws Exception {
    Path file = folder.resolve("slow.yaml");
    Files.writeString(
        file,
        """
        protocol: chat
        users: { room: 20, every: 100ms, size: 3900, slow: 10%, slowBytes: 512 }
        stages: [{ users: 20, for: 1s }, { for: 14s }]
        thresholds: { message.p95: 500ms, success: 100%, errors: 0% }
        """);
    JsonNode result =
        passed(loadtest(node.backend() + "/", "--scenario", file.toString(), "--json"));
    assertThat(result.at("/total/delivered").asLong()).isGreaterThan(10_000);
    assertThat(result.at("/total/notes").toString())
        .as("a slow reader was closed with 1013, or cut off")
        .containsPattern("slow_reader_closed_(1013|1006)");
  }

  @Test
  void socketIoTalksInMoreThanOneProcess() throws Exception {
    Path file = folder.resolve("sio.yaml");
    Files.writeString(
        file,
        """
        protocol: socketio
        users: { room: 5, every: 200ms }
        stages: [{ users: 40, for: 1s }, { for: 2s }, { users: 0, for: 1s }]
        thresholds: { success: 100% }
        """);
    JsonNode result =
        passed(
            loadtest(gateway.ws("/"), "--scenario", file.toString(), "--workers", "2", "--json"));
    assertThat(result.at("/total/connects").asLong()).isEqualTo(40);
    assertThat(result.at("/total/delivered").asLong())
        .isGreaterThan(3 * result.at("/total/sent").asLong());
    assertThat(result.at("/tool/threads").asInt()).isEqualTo(2);
  }

  @Test
  void aThresholdThatDoesNotHoldIsExitCodeOne() throws Exception {
    try (Child run =
        loadtest(
            gateway.ws("/"),
            "--scenario=ramp",
            "--times=0.01",
            "--users=0.02",
            "--threshold=message.p95=1us")) {
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.log().lines())
          .anyMatch(line -> line.startsWith("  FAILED message.p95 ≤ 0.00 ms"));
      assertThat(run.log().lines().getLast()).isEqualTo("Failed.");
    }
  }

  @Test
  void aServerThatIsKilledIsSeen() throws Exception {
    try (ChatNode victim = ChatNode.start("birch", Map.of());
        Child run =
            loadtest(
                victim.backend() + "/",
                "--scenario=soak",
                "--times=0.001",
                "--users=0.02",
                "--json")) {
      Awaitility.await().until(() -> metric(victim).contains("websocket_connections_total 20"));
      victim.process().signal(Signal.KILL);
      assertThat(run.exitCode()).isEqualTo(1);
      JsonNode result = JsonMapper.shared().readTree(run.log().lines().getLast());
      assertThat(result.at("/total/errors/closed_1006").asLong()).isEqualTo(20);
      assertThat(result.at("/total/errors/connect_refused").asLong()).isPositive();
    }
  }

  private static String metric(ChatNode of) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(of.http() + "metrics")).build();
      return http.send(request, BodyHandlers.ofString()).body();
    }
  }

  @Test
  void ctrlCEndsItWithAResult() throws Exception {
    try (Child run =
        loadtest(
            gateway.ws("/"), "--scenario=soak", "--times=0.01", "--users=0.02", "--progress")) {
      run.log().await("users +20 of 20 connected");
      run.signal(Signal.INT);
      run.log().await("^Passed\\.$");
      assertThat(run.exitCode()).isEqualTo(130);
    }
  }

  @Test
  void theReportIsAPageWithCharts() throws Exception {
    Path report = folder.resolve("report.html");
    passed(
        loadtest(
            gateway.ws("/"),
            "--scenario=ramp",
            "--times=0.01",
            "--users=0.05",
            "--report=" + report,
            "--json"));
    try (Browser browser = Browser.start()) {
      Tab tab = browser.open(report.toUri().toString());
      tab.await("document.querySelectorAll('.chart canvas').length === 6");
      assertThat(tab.text("h1")).startsWith("ramp on ws://");
      assertThat(tab.text("tbody")).contains("up", "full", "down", "success ≥ 95.0000 %");
      for (int width : new int[] {390, 1280}) {
        tab.look(width, 900, width < 500);
        tab.screenshot(
            Files.createDirectories(Path.of("target", "screenshots"))
                .resolve("report-%d.png".formatted(width)));
        assertThat(tab.eval("document.documentElement.scrollWidth").asInt())
            .isLessThanOrEqualTo(width);
      }
      assertThat(tab.problems()).isEmpty();
    }
  }
}
