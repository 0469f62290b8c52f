package io.holdfast.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.loadtest.echo.EchoOptions;
import io.holdfast.loadtest.echo.EchoServer;
import io.holdfast.loadtest.scenario.FaultyChat.Fault;
import io.holdfast.loadtest.wire.DialOptions;
import io.holdfast.loadtest.wire.WebSocketUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScenarioRunTest {
  private static final String STAGES =
      """
      stages: [{ name: up, users: 20, for: 300ms }, { name: full, for: 700ms }, { name: down, users: 0, for: 200ms }]
      thresholds: { success: 100%, errors: 0% }
      """;

  private static Result run(String yaml, String url, int threads)
      throws UnknownHostException, InterruptedException {
    Scenario scenario = ScenarioFile.parse("test", yaml);
    return ScenarioRun.here(scenario, dial(url), List.of(), threads).run(null);
  }

  private static DialOptions dial(String url) throws UnknownHostException {
    WebSocketUrl parsed = WebSocketUrl.parse(url);
    return new DialOptions(
        parsed, parsed.resolve(), null, List.of(), List.of(), false, Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @CsvSource({"open, 1", "closed, 1", "open, 2"})
  void anEchoIsWithoutErrors(String pace, int threads) throws Exception {
    try (EchoServer server = EchoServer.start(EchoOptions.loopback(1))) {
      String yaml = "pace: " + pace + "\nusers: { every: 20ms, size: 300 }\n" + STAGES;
      Result result = run(yaml, "ws://127.0.0.1:" + server.port() + "/", threads);

      assertThat(result.ok()).as(result.toJson()).isTrue();
      assertThat(result.total().connects()).isEqualTo(20);
      assertThat(result.total().delivered())
          .isEqualTo(result.total().sent())
          .isGreaterThan(pace.equals("open") ? 600 : 200);
      assertThat(result.stages())
          .extracting(Result.StageResult::name)
          .containsExactly("up", "full", "down");
      assertThat(result.total().message().p50()).isPositive();
    }
  }

  @Test
  void aRateIsKeptTo() throws Exception {
    try (EchoServer server = EchoServer.start(EchoOptions.loopback(1))) {
      String yaml =
          """
          stages: [{ users: 10, for: 100ms }, { name: full, rate: 500/s, for: 2s }]
          """;
      Result result = run(yaml, "ws://127.0.0.1:" + server.port() + "/", 1);
      assertThat(result.stages().get(1).numbers().sentPerSecond()).isBetween(400.0, 550.0);
    }
  }

  @Test
  void aClosedLoopKeepsToOneMessageOfAUserWhateverComesBetween() throws Exception {
    try (EchoServer server = EchoServer.start(EchoOptions.loopback(1))) {
      String yaml =
          """
          pace: closed
          users: { every: 100ms }
          stages:
            - { users: 10, for: 200ms }
            - { name: faster, rate: 200/s, for: 600ms }
            - { name: cut, cut: 100%, rate: 100/s, for: 1s }
            - { name: still, for: 1s }
          """;
      Result result = run(yaml, "ws://127.0.0.1:" + server.port() + "/", 1);
      // 10 users, each of which waits for 100 ms, or for 50 while there are 200 a second of all.
      assertThat(result.stages().get(1).numbers().sentPerSecond()).isBetween(100.0, 210.0);
      assertThat(result.stages().get(3).numbers().sentPerSecond()).isBetween(60.0, 105.0);
      assertThat(result.total().errors()).isEmpty();
    }
  }

  @Test
  void whoStaysForSomeTimeComesAnew() throws Exception {
    try (EchoServer server = EchoServer.start(EchoOptions.loopback(1))) {
      String yaml = "users: { every: 20ms, stay: 100ms }\n" + STAGES;
      Result result = run(yaml, "ws://127.0.0.1:" + server.port() + "/", 1);
      assertThat(result.ok()).as(result.toJson()).isTrue();
      assertThat(result.total().connects()).isGreaterThan(100);
    }
  }

  @Test
  void whoIsCutOffComesBackAtOnce() throws Exception {
    try (EchoServer server = EchoServer.start(EchoOptions.loopback(1))) {
      String yaml =
          """
          users: { every: 1h }
          stages: [{ users: 20, for: 200ms }, { for: 300ms }, { name: storm, cut: 50%, for: 500ms }]
          thresholds: { errors: 0% }
          """;
      Result result = run(yaml, "ws://127.0.0.1:" + server.port() + "/", 1);
      assertThat(result.ok()).as(result.toJson()).isTrue();
      assertThat(result.total().notes()).containsEntry("cut", 10L);
      assertThat(result.total().connects()).isEqualTo(30);
    }
  }

  @Test
  void nobodyThereIsAnError() throws Exception {
    String yaml = "users: { every: 50ms }\n" + STAGES;
    Result result = run(yaml, "ws://127.0.0.1:1/", 1);
    assertThat(result.ok()).isFalse();
    assertThat(result.total().errors()).containsKey("connect_refused");
    assertThat(result.total().success()).isLessThan(0.5);
  }

  @ParameterizedTest
  @CsvSource({
    "NONE,    ",
    "DROP,    lost",
    "SWALLOW, lost",
    "ALTER,   mismatched",
    "SWAP,    out_of_order",
    "REPEAT,  out_of_order",
    "REFUSE,  error_no",
    "CUT,     closed_1000"
  })
  void whatAChatDoesWrongIsFound(Fault fault, String kind) throws Exception {
    try (FaultyChat chat = new FaultyChat(fault)) {
      String yaml = "protocol: chat\nusers: { every: 50ms, room: 20 }\n" + STAGES;
      Result result = run(yaml, chat.url(), 1);
      Map<String, Long> errors = result.total().errors();
      assertThat(result.ok()).as(result.toJson()).isEqualTo(fault == Fault.NONE);
      if (fault == Fault.NONE) {
        assertThat(result.total().delivered()).isGreaterThan(5 * result.total().sent());
      } else {
        assertThat(errors).containsKey(kind);
        assertThat(errors.get(kind)).isPositive();
      }
    }
  }

  @Test
  void aServerThatStandsStillIsSeenByAllThatWasDue() throws Exception {
    try (EchoServer server = EchoServer.start(EchoOptions.loopback(1));
        Pausing proxy = new Pausing(server.port())) {
      String yaml =
          """
          users: { every: 10ms }
          stages: [{ users: 4, for: 100ms }, { for: 1900ms }]
          """;
      Result result = run(yaml, "ws://127.0.0.1:" + proxy.port() + "/", 1);
      // It stood still for half a second of two: a quarter of the messages have waited for it.
      assertThat(result.total().message().p90()).isGreaterThan(150);
      assertThat(result.total().message().max()).isBetween(450.0, 900.0);
      assertThat(result.total().sent()).isGreaterThan(600);
    }
  }

  @Test
  void usersComeFromAllSources() throws Exception {
    List<InetAddress> sources =
        List.of(
            InetAddress.getByAddress(new byte[] {127, 0, 0, 2}),
            InetAddress.getByAddress(new byte[] {127, 0, 0, 3}));
    try (EchoServer server = EchoServer.start(EchoOptions.loopback(1));
        Pausing proxy = new Pausing(server.port())) {
      Scenario scenario = ScenarioFile.parse("s", "users: { every: 1h }\n" + STAGES);
      DialOptions dial = dial("ws://127.0.0.1:" + proxy.port() + "/");
      assertThat(ScenarioRun.here(scenario, dial, sources, 1).run(null).ok()).isTrue();
      assertThat(proxy.peers).containsExactlyInAnyOrderElementsOf(sources);
    }
  }

  @Test
  void moreUsersThanFilesAreOfMoreProcesses() {
    assertThat(ScenarioRun.workersFor(100)).isEqualTo(1);
    assertThat(ScenarioRun.workersFor(Integer.MAX_VALUE)).isGreaterThan(1);
  }

  @Test
  void itCanBeEndedEarly() throws Exception {
    try (EchoServer server = EchoServer.start(EchoOptions.loopback(1))) {
      Scenario scenario =
          ScenarioFile.parse("long", "users: { every: 20ms }\nstages: [{ users: 5, for: 1h }]");
      ScenarioRun run =
          ScenarioRun.here(scenario, dial("ws://127.0.0.1:" + server.port() + "/"), List.of(), 1);
      run.stop();
      Result result = run.run(null);
      assertThat(result.timeline()).hasSize(1);
    }
  }

  /** A relay of bytes that stands still for half a second, half a second after its first one. */
  private static final class Pausing implements AutoCloseable {
    private final ServerSocket listener;
    private final Set<InetAddress> peers = ConcurrentHashMap.newKeySet();
    private volatile long pauseAt;

    Pausing(int to) throws IOException {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual()
          .start(() -> {
            try {
              while (true) {
                Socket in = listener.accept();
                Socket out = new Socket(InetAddress.getLoopbackAddress(), to);
                peers.add(in.getInetAddress());
                in.setTcpNoDelay(true);
                out.setTcpNoDelay(true);
                if (pauseAt == 0) {
                  pauseAt = System.nanoTime() + 500_000_000;
                }
                Thread.ofVirtual().start(() -> copy(in, out));
                Thread.ofVirtual().start(() -> copy(out, in));
              }
            } catch (IOException e) {
              // The test is over.
            }
          });
    }

    int port() {
      return listener.getLocalPort();
    }

    private void copy(Socket from, Socket to) {
      byte[] bytes = new byte[4096];
      try (from;
          to) {
        for (int n = from.getInputStream().read(bytes);
            n >= 0;
            n = from.getInputStream().read(bytes)) {
          long late = System.nanoTime() - pauseAt;
          if (late > 0 && late < 500_000_000) {
            Thread.sleep(Duration.ofNanos(500_000_000 - late));
          }
          to.getOutputStream().write(bytes, 0, n);
        }
      } catch (IOException | InterruptedException e) {
        // One side is gone.
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }
}
