package io.holdfast.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.holdfast.loadtest.FaultyServer.Fault;
import io.holdfast.loadtest.echo.EchoOptions;
import io.holdfast.loadtest.echo.EchoServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LoadtestCommandTest {

  private static JsonNode json(Cli run) {
    return JsonMapper.shared().readTree(run.out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--connections 20 --inflight 8",
        "--connections 7 --size 16 --inflight 3 --text",
        "--connections 5 --size 1001 --text --threads 2",
        "--connections 3 --size 16KiB --inflight 4",
        "--connections 2 --size 1MiB",
        "--connections 30 --rate 2k/s --source 127.0.0.2,127.0.0.3",
        "--connections 10 --churn",
        "--connections 10 --inflight 8 --compress",
        "--connections 2 --size 1MiB --compress --text",
        "--connections 2 --size 20000 --inflight 2 --compress",
        "--connections 10 --churn --compress",
      })
  void findsNothingWrongWithAnEchoServer(String options) throws IOException {
    try (EchoServer server = EchoServer.start(EchoOptions.loopback(1))) {
      String line =
          "ws://127.0.0.1:" + server.port() + "/ --json --warmup 200ms --duration 800ms " + options;

      Cli run = Cli.loadtest(line.split(" ", -1));

      assertThat(run.code()).as(run.out() + run.err()).isZero();
      JsonNode report = json(run);
      long sent = report.at("/messages/sent").asLong();
      assertThat(sent).isPositive().isEqualTo(report.at("/messages/echoed").asLong());
      assertThat(report.at("/latency/count").asLong()).isPositive();
      assertThat(report.at("/latency/p50").asDouble()).isPositive();
      assertThat(report.at("/throughput/messagesPerSecond").asDouble()).isPositive();
      assertThat(report.at("/connections/compressed").asLong())
          .isEqualTo(
              options.contains("--compress") ? report.at("/connections/opened").asLong() : 0);
      assertThat(report.at("/closes/1000").asLong())
          .isEqualTo(report.at("/connections/opened").asLong());
      assertThat(report.at("/tool/cpuSeconds").asDouble()).isPositive();
      assertThat(report.at("/problems").isEmpty()).isTrue();
    }
  }

  @Test
  void keepsToItsRate() throws IOException {
    try (EchoServer server = EchoServer.start(EchoOptions.loopback(1))) {
      Cli run =
          Cli.loadtest(
              "ws://127.0.0.1:" + server.port() + "/",
              "--json",
              "--connections=10",
              "--rate=500/s",
              "--warmup=200ms",
              "--duration=2s");

      assertThat(json(run).at("/throughput/messagesPerSecond").asDouble()).isBetween(450.0, 550.0);
    }
  }

  @Test
  void reportsTheCpuTimeOfOthers() throws IOException {
    try (EchoServer server = EchoServer.start(EchoOptions.loopback(1))) {
      Cli run =
          Cli.loadtest(
              "ws://127.0.0.1:" + server.port() + "/",
              "--json",
              "--warmup=0s",
              "--duration=500ms",
              "--cpu-of=" + ProcessHandle.current().pid());

      // Here the other process is our own.
      JsonNode report = json(run);
      double cpu = report.at("/cpuOf/cpuSeconds").asDouble();
      assertThat(run.code()).as(run.out()).isZero();
      assertThat(cpu).isPositive().isCloseTo(report.at("/tool/cpuSeconds").asDouble(), within(0.1));
      double echoes =
          report.at("/throughput/seconds").asDouble()
              * report.at("/throughput/messagesPerSecond").asDouble();
      assertThat(report.at("/cpuOf/microsPerEcho").asDouble())
          .isCloseTo(cpu * 1e6 / echoes, withinPercentage(1));
    }
  }

  @Test
  void saysWhenAWatchedProcessEnded() throws Exception {
    Process child = new ProcessBuilder("sleep", "0.1").start();
    try (EchoServer server = EchoServer.start(EchoOptions.loopback(1))) {
      Cli run =
          Cli.loadtest(
              "ws://127.0.0.1:" + server.port() + "/",
              "--warmup=0s",
              "--duration=500ms",
              "--cpu-of=" + child.pid());

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.out()).contains("is unknown: a process has ended");
    }
  }

  @Test
  void holdsItsConnectionsOpen() throws IOException {
    try (EchoServer server = EchoServer.start(EchoOptions.loopback(1))) {
      long start = System.nanoTime();

      Cli run =
          Cli.loadtest(
              "ws://127.0.0.1:" + server.port() + "/",
              "--connections=3",
              "--rate=30/s",
              "--warmup=0s",
              "--duration=100ms",
              "--hold=700ms");

      assertThat(run.code()).as(run.out()).isZero();
      assertThat(System.nanoTime() - start).isGreaterThan(800_000_000L);
    }
  }

  @Test
  void opensNoMoreThanAskedPerSecond() throws IOException {
    try (EchoServer server = EchoServer.start(EchoOptions.loopback(1))) {
      long start = System.nanoTime();

      Cli run =
          Cli.loadtest(
              "ws://127.0.0.1:" + server.port() + "/",
              "--connections=21",
              "--ramp=20/s",
              "--rate=0",
              "--warmup=0s",
              "--duration=10ms");

      assertThat(run.code()).isZero();
      assertThat(run.out()).contains("21 opened", "idle", "result       ok");
      assertThat(System.nanoTime() - start).isGreaterThan(900_000_000L);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DROP, /messages/lost, 3",
    "CORRUPT, /messages/mismatched, 3",
    "TRUNCATE, /messages/mismatched, 3",
    "WRONG_TYPE, /messages/mismatched, 3",
    "REORDER, /messages/outOfOrder, 3",
    "REPEAT, /messages/duplicated, 3",
    "STALL, /messages/lost, 12",
    "CLOSE_1011, /closes/1011, 3",
    "RESET, /abnormalEnds/reset, 3",
    "END, /abnormalEnds/ended_without_close, 3",
    "MASKED, /abnormalEnds/protocol_error, 3",
    "NO_CLOSE_ANSWER, /abnormalEnds/close_timeout, 3",
    "REFUSE_403, /connections/failedBy/http_403, 3",
    "WRONG_ACCEPT, /connections/failedBy/bad_handshake, 3",
    "NO_ANSWER, /connections/failedBy/timeout, 3",
  })
  void reportsEachFault(Fault fault, String where, long count) throws IOException {
    try (FaultyServer server = new FaultyServer(fault)) {
      Cli run =
          Cli.loadtest(
              server.url(),
              "--json",
              "--connections=3",
              "--inflight=4",
              "--warmup=0s",
              "--duration=400ms",
              "--drain=300ms",
              "--connect-timeout=400ms");

      JsonNode report = json(run);
      assertThat(run.code()).isEqualTo(1);
      assertThat(report.at(where).asLong()).as(run.out()).isEqualTo(count);
      assertThat(report.at("/ok").asBoolean()).isFalse();
      assertThat(report.at("/problems").isEmpty()).isFalse();
      if (where.startsWith("/messages/")) {
        long bad = 0;
        for (String kind : new String[] {"lost", "mismatched", "outOfOrder", "duplicated"}) {
          bad += report.at("/messages/" + kind).asLong();
        }
        assertThat(bad).as("nothing else is reported: %s", run.out()).isEqualTo(count);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BAD_DEFLATE, /abnormalEnds/protocol_error",
    "CHOOSE_WINDOW, /connections/failedBy/bad_handshake"
  })
  void reportsWrongCompression(Fault fault, String where) throws IOException {
    try (FaultyServer server = new FaultyServer(fault)) {
      Cli run =
          Cli.loadtest(server.url(), "--compress", "--json", "--connections=3", "--duration=400ms");

      assertThat(run.code()).isEqualTo(1);
      assertThat(json(run).at(where).asLong()).as(run.out()).isEqualTo(3);
    }
  }

  @Test
  void saysWhenTheServerDoesNotCompress() throws IOException {
    EchoOptions plain = EchoOptions.loopback(1).withCompression(false);
    try (EchoServer server = EchoServer.start(plain)) {
      Cli run =
          Cli.loadtest(
              "ws://127.0.0.1:" + server.port() + "/",
              "--compress",
              "--connections=3",
              "--warmup=0s",
              "--duration=100ms");

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.out()).contains("PROBLEM      3 connections were not compressed");
    }
  }

  @Test
  void countsLatencyFromWhenAMessageWasDue() throws IOException {
    try (FaultyServer server = new FaultyServer(Fault.PAUSE)) {
      Cli run =
          Cli.loadtest(
              server.url(),
              "--json",
              "--connections=1",
              "--rate=200/s",
              "--warmup=0s",
              "--duration=800ms");

      // The pause holds up every message that was due in it, not just the one it met.
      assertThat(run.code()).as(run.out()).isZero();
      assertThat(json(run).at("/latency/max").asDouble()).isBetween(450_000.0, 900_000.0);
      assertThat(json(run).at("/latency/p50").asDouble()).isGreaterThan(1_000.0);
      assertThat(json(run).at("/latency/p90").asDouble()).isGreaterThan(200_000.0);
    }
  }

  @Test
  void namesTheKindWhenNobodyListens() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }

    Cli run = Cli.loadtest("ws://127.0.0.1:" + free + "/", "--connections=4", "--json");

    assertThat(run.code()).isEqualTo(1);
    assertThat(json(run).at("/connections/failedBy/refused").asInt()).isEqualTo(4);
    assertThat(json(run).at("/problems/0").asString())
        .isEqualTo(
            "4 connections could not be opened: refused (127.0.0.1:%d refused the connection)"
                .formatted(free));
    assertThat(json(run).at("/connections/handshake/max").asDouble()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "http://x/ | its scheme is not ws or wss",
        "127.0.0.1:1 | it does not begin with ws:// or wss://",
        "ws://127.0.0.1:1/ --source 999.1.1.1 | '999.1.1.1' is not a literal address",
        "ws://127.0.0.1:1/ --churn --inflight 2 | --inflight goes neither with --rate nor with --churn",
        "ws://127.0.0.1:1/ --rate 5 --inflight 2 | --inflight goes neither with --rate nor with --churn",
        "ws://127.0.0.1:1/ --threads 100000 | threads is 100000, expected 1 to 1024",
        "ws://127.0.0.1:1/ --connect-timeout 0s | --connect-timeout is 0; expected a time such as 10s",
        "ws://127.0.0.1:1/ --size 8 | size is 8 bytes, expected at least 16",
        "ws://127.0.0.1:1/ --size 8MB | '8MB' is not a size",
        "ws://127.0.0.1:1/ --duration 3x | '3x' is not a duration such as",
        "ws://127.0.0.1:1/ --rate many | 'many' is not a rate such as",
        "ws://127.0.0.1:1/ --source localhost | 'localhost' is not a literal address",
        "ws://127.0.0.1:1/ -H broken | 'broken' is not a header such as",
        "ws://127.0.0.1:1/ --churn --rate 5 | --churn and --rate exclude each other",
        "ws://127.0.0.1:1/ --cpu-of 4194305 | there is no process 4194305 on this machine",
        "ws://127.0.0.1:1/ --connections 0 | connections is 0, expected at least 1",
      })
  void refusesWrongUsage(String line, String complaint) {
    Cli run = Cli.loadtest(line.split(" ", -1));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(complaint);
  }

  @ParameterizedTest
  @ValueSource(classes = {EchoCommand.class, ConnectCommand.class, LoadtestCommand.class})
  void explainsItself(Class<?> command) throws ReflectiveOperationException {
    Cli run = Cli.run(command.getConstructor().newInstance(), "--help");

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("Exit codes:", "Examples:", "  holdfast ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "ws://127.0.0.1:1/ --scenario ramp --rate 5 | --rate does not go with --scenario",
        "ws://127.0.0.1:1/ --scenario ramps | there is no file ramps, and no scenario of that name; there are ramp,",
        "ws://127.0.0.1:1/ --scenario ramp --times 0 | --times and --users must be above 0",
        "ws://127.0.0.1:1/ --scenario ramp --workers -1 | --workers is -1, but must be 1 or more",
        "ws://127.0.0.1:1/ --scenario ramp --threshold x | 'x' is no threshold; expected something like message.p95=20ms",
        "ws://127.0.0.1:1/ --scenario ramp --threshold message.p95=1 | message.p95 is '1', expected a time such as 20ms",
        "--print-scenario ramps | --print-scenario: there is no scenario ramps, but ramp, stress,"
      })
  void refusesScenariosThatCannotBe(String line, String sentence) {
    Cli run = Cli.loadtest(line.split(" ", -1));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(sentence);
  }

  @Test
  void printsAScenarioToBeginWith() {
    Cli run = Cli.loadtest("--print-scenario", "spike");
    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith("description: ").contains("users: 5000");
  }

  @Test
  void playsAScenarioWithAReport(@TempDir Path folder) throws IOException {
    Path scenario = folder.resolve("short.yaml");
    Files.writeString(
        scenario, "users: { every: 20ms }\nstages: [{ users: 4, for: 300ms }, { for: 700ms }]");
    Path report = folder.resolve("report.html");
    try (EchoServer server = EchoServer.start(EchoOptions.loopback(1))) {
      String url = "ws://127.0.0.1:" + server.port() + "/";
      Cli run =
          Cli.loadtest(
              url, "--scenario", scenario.toString(), "--report", report.toString(), "--progress");
      assertThat(run.code()).as(run.out() + run.err()).isZero();
      assertThat(run.out()).startsWith("short on " + url).endsWith("Passed.\n");
      assertThat(run.err()).contains("users     4 of 4 connected", "errors    none");
      assertThat(report).content().contains("<title>short on " + url + "</title>");
    }
  }
}
