package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.Child;
import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.FreePort;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.NotifySocket;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.harness.ShortConnections;
import io.holdfast.it.harness.Signal;
import io.holdfast.it.harness.TcpSockets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gateways that take each other's place at the same addresses. */
final class UpgradeIT {
  private static final int STAYING = 60;
  private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();

  @TempDir private Path folder;

  private String config(EchoBackend backend, int port, String more) {
    return """
    listeners: [{ bind: "127.0.0.1:%d" }]
    routes: [{ service: echo }]
    services: { echo: { backends: ["%s"] } }
    state: %s
    shutdown: { readinessDelay: 0s, deadline: 20s }
    """
            .formatted(port, backend.url(), folder.resolve("state"))
        + more;
  }

  /** A client's Close, and when it came. */
  private record Farewell(RawFrame close, long at) {}

  private static Farewell awaitClose(RawClient client) {
    try (client) {
      client.socket().setSoTimeout(30_000);
      RawFrame close = client.readClose();
      long at = System.nanoTime();
      client.write(close);
      return new Farewell(close, at);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String admin() throws Exception {
    return "--admin=127.0.0.1:" + FreePort.take();
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "epoll"})
  void nobodyIsRefusedAndTheOldClientsLeaveAtAPace(String transport) throws Exception {
    int port = FreePort.take();
    try (EchoBackend backend = EchoBackend.start();
        GatewayProcess gateway =
            GatewayProcess.start(config(backend, port, "transport: " + transport), admin());
        ShortConnections passing = ShortConnections.to(port, 4)) {
      List<Long> pids = new ArrayList<>(List.of(gateway.pid()));
      for (int upgrade = 1; upgrade <= 2; upgrade++) {
        List<CompletableFuture<Farewell>> closes = new ArrayList<>();
        for (int i = 0; i < STAYING; i++) {
          RawClient client = RawClient.webSocket(port, "/");
          closes.add(CompletableFuture.supplyAsync(() -> awaitClose(client), THREADS));
        }
        int before = passing.done();

        String told = gateway.upgrade("--rate", "40");

        assertThat(told)
            .containsPattern("old process: 0 of 6\\d to go, 0 moved, 6\\d ended")
            .endsWith("the old process has ended");
        LongSummaryStatistics times = new LongSummaryStatistics();
        for (CompletableFuture<Farewell> close : closes) {
          assertThat(close.get().close().closeCode()).isEqualTo(1001);
          assertThat(close.get().close().closeReason()).isEqualTo("gateway shuts down");
          times.accept(close.get().at());
        }
        assertThat(times.getMax() - times.getMin())
            .as("60 clients at 40 a second")
            .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1_000));
        pids.add(gateway.pid());
        assertThat(passing.done()).isGreaterThan(before + 20);
        assertThat(passing.failures()).isEmpty();
        int now = passing.done();
        await().until(() -> passing.done() > now + 20);
      }
      assertThat(pids).doesNotHaveDuplicates();
      passing.stop();
      assertThat(passing.failures()).isEmpty();
      assertThat(gateway.log().matching("drained \\d+ relays, 0 connections left")).hasSize(2);
      System.out.printf(
          "upgrades over %s: %d short connections, %d failed%n",
          transport, passing.done(), passing.failures().size());
    }
  }

  @Test
  void whatOperatorsHaveSaidAndTheNewFileHoldInTheNewProcess() throws Exception {
    int port = FreePort.take();
    int second = FreePort.take();
    try (EchoBackend backend = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.start(config(backend, port, ""), admin())) {
      gateway.told(0, "down", backend.url());
      gateway.rewrite(
          config(backend, port, "")
              .replace("listeners: [", "listeners: [{ bind: \"127.0.0.1:" + second + "\" }, "));

      gateway.upgrade("--deadline", "1");

      assertThat(gateway.services().at("/0/backends/0/state").asString()).isEqualTo("down");
      assertThat(gateway.adminGet("/readyz")).contains("ready");
      gateway.told(0, "up", backend.url());
      RawClient.webSocket(port, "/").close();
      RawClient.webSocket(second, "/").close();
      assertThat(gateway.log().matching("process \\d+ has taken over")).hasSize(1);
    }
  }

  @Test
  void whatOperatorsSayWhileTheNewProcessComesHoldsInIt() throws Exception {
    int port = FreePort.take();
    try (EchoBackend backend = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.start(config(backend, port, ""), admin())) {
      Future<String> upgrade = THREADS.submit(() -> gateway.upgrade("--deadline", "1"));
      gateway.log().await("taking over from the gateway at");
      String query = "backend=127.0.0.1:" + backend.port() + "&override=down";
      assertThat(gateway.adminPost("/api/v1/backends/override?" + query)).isEqualTo(200);
      assertThat(gateway.log().matching("process \\d+ has taken over")).as("in time").isEmpty();
      upgrade.get();
      assertThat(gateway.services().at("/0/backends/0/state").asString()).isEqualTo("down");
    }
  }

  @Test
  void whenTheNewOneDoesNotComeUpTheOldOneGoesOn() throws Exception {
    int port = FreePort.take();
    int taken = FreePort.take();
    try (EchoBackend backend = EchoBackend.start();
        GatewayProcess other =
            GatewayProcess.start(config(backend, taken, "").replace("state", "state: /x\n#"));
        GatewayProcess gateway = GatewayProcess.start(config(backend, port, ""), admin());
        RawClient staying = RawClient.webSocket(port, "/");
        ShortConnections passing = ShortConnections.to(port, 2)) {
      String ends = "The new process has ended with exit code 1; the gateway's log tells why.";
      gateway.rewrite(config(backend, port, "listners: []"));
      assertThat(gateway.told(1, "upgrade")).contains(ends);
      assertThat(gateway.log().matching("^/.*listners: unknown key")).isNotEmpty();

      gateway.rewrite(
          config(backend, port, "")
              .replace("}]\nroutes", "}, { bind: \"127.0.0.1:" + taken + "\" }]\nroutes"));
      assertThat(gateway.told(1, "upgrade")).contains(ends);
      gateway.log().await("cannot listen on 127.0.0.1:" + taken + ": the address is in use");

      staying.write(RawFrame.text("still here"));
      assertThat(staying.readFrame().text()).isEqualTo("still here");
      passing.stop();
      assertThat(passing.failures()).isEmpty();
      assertThat(other.process().alive()).isTrue();

      gateway.rewrite(config(backend, port, ""));
      gateway.upgrade("--deadline", "1");
    }
  }

  @Test
  void aDeployIsNotCutShort() throws Exception {
    try (EchoBackend blue = EchoBackend.start();
        EchoBackend green = EchoBackend.start();
        GatewayProcess gateway =
            GatewayProcess.start(
                """
                listeners: [{ bind: "127.0.0.1:%d" }]
                routes: [{ service: chat }]
                services:
                  chat:
                    groups: { blue: { share: 100 }, green: { share: 0 } }
                    deploy: { steps: [50%%, 100%%], bake: 1h, verify: { minSamples: 0 } }
                    backends: [{ url: "%s", group: blue }, { url: "%s", group: green }]
                """
                    .formatted(FreePort.take(), blue.url(), green.url()),
                admin())) {
      assertThat(gateway.adminPost("/api/v1/deploys?service=chat&group=green")).isEqualTo(202);
      assertThat(gateway.told(1, "upgrade"))
          .contains("A deploy is under way; wait for its end, or abort it.");
      gateway.told(0, "deploy", "chat", "--abort");
      await().until(() -> gateway.adminGet("/api/v1/deploys").contains("rolled_back"));
      gateway.upgrade("--deadline", "1");
    }
  }

  @Test
  void addressesAreSharedWithASuccessorOnly() throws Exception {
    int port = FreePort.take();
    try (EchoBackend backend = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.start(config(backend, port, ""), admin())) {
      try (ServerSocketChannel foreign = ServerSocketChannel.open()) {
        foreign.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        assertThatThrownBy(
                () -> foreign.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
            .isInstanceOf(BindException.class);
      }
      gateway.upgrade("--deadline", "1");
      String[] run = {
        "run", "--listen=127.0.0.1:" + port, "--to=" + backend.url(), "--set=admin.bind=127.0.0.1:0"
      };
      try (Child second = Child.holdfast("second", Map.of(), List.of(run))) {
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.log().tail()).contains("the address is in use by another process");
      }
      assertThat(gateway.adminPost("/api/v1/handover/leave?pid=1")).isEqualTo(409);
      assertThat(gateway.adminPost("/api/v1/handover/share?pid=x")).isEqualTo(400);
      RawClient.webSocket(port, "/").close();
    }
  }

  @Test
  void aNewProcessThatIsKilledBeforeTheOldOneLeavesChangesNothing() throws Exception {
    int port = FreePort.take();
    String admin = admin();
    Path file = Files.writeString(folder.resolve("heir.yaml"), "");
    try (EchoBackend backend = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.start(config(backend, port, ""), admin);
        RawClient staying = RawClient.webSocket(port, "/")) {
      Files.writeString(file, config(backend, port, ""));
      int own = TcpSockets.listening(port);
      assertThat(own).isPositive();
      List<String> run = List.of("run", "--config", file.toString(), admin, "--take-over");
      try (Child heir = Child.holdfast("heir", Map.of(), run)) {
        heir.log().await("taking over from the gateway at");
        heir.signal(Signal.KILL);
        assertThat(heir.exitCode()).isEqualTo(137);
      }
      // A ring of io_uring is taken apart after its process has ended, and may hold a listener.
      await().until(() -> TcpSockets.listening(port) == own);
      ShortConnections passing = ShortConnections.to(port, 2);
      await().until(() -> passing.done() > 20);
      passing.stop();
      assertThat(passing.failures()).isEmpty();
      staying.write(RawFrame.text("still here"));
      assertThat(staying.readFrame().text()).isEqualTo("still here");
      gateway.upgrade("--deadline", "1");
    }
  }

  @Test
  void overNioItIsSaidThatSomeMayBeReset() throws Exception {
    int port = FreePort.take();
    try (EchoBackend backend = EchoBackend.start();
        GatewayProcess gateway =
            GatewayProcess.start(config(backend, port, "transport: nio"), admin())) {
      gateway.upgrade("--deadline", "1");
      gateway.log().await("127.0.0.1:" + port + ": new connections cannot be steered here");
      RawClient.webSocket(port, "/").close();
    }
  }

  @Test
  void whereNobodyRunsItStartsAllTheSame() throws Exception {
    try (EchoBackend backend = EchoBackend.start();
        GatewayProcess gateway =
            GatewayProcess.start(config(backend, FreePort.take(), ""), admin(), "--take-over")) {
      gateway.log().await("no gateway at http://127.0.0.1:\\d+ to take over from");
      RawClient.webSocket(gateway.port(), "/").close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "abstract"})
  void systemdLearnsWhichProcessServes(String kind) throws Exception {
    String address = kind.equals("file") ? folder.resolve("n").toString() : "@" + folder;
    int port = FreePort.take();
    try (NotifySocket systemd = new NotifySocket(address);
        EchoBackend backend = EchoBackend.start();
        GatewayProcess gateway =
            GatewayProcess.start(
                Map.of("NOTIFY_SOCKET", address), config(backend, port, ""), admin())) {
      String first = "READY=1\nMAINPID=" + gateway.pid() + "\nSTATUS=serving\n";
      await().untilAsserted(() -> assertThat(systemd.messages()).containsExactly(first));

      gateway.upgrade("--deadline", "1");

      String second = first.replaceFirst("\\d{2,}", Long.toString(gateway.pid()));
      await().untilAsserted(() -> assertThat(systemd.messages()).containsExactly(first, second));
    }
  }

  /** It would end both if it took the new one, which is killed, for the main process. */
  @Test
  void systemdLearnsNothingOfANewProcessThatIsKilledBeforeTheOldOneLeaves() throws Exception {
    Path address = folder.resolve("n");
    int port = FreePort.take();
    String admin = admin();
    Path file = folder.resolve("heir.yaml");
    List<String> run = List.of("run", "--config", file.toString(), admin, "--take-over");
    try (NotifySocket systemd = new NotifySocket(address.toString());
        EchoBackend backend = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.start(config(backend, port, ""), admin)) {
      Files.writeString(file, config(backend, port, ""));
      try (Child heir = Child.holdfast("heir", Map.of("NOTIFY_SOCKET", address.toString()), run)) {
        heir.log().await("taking over from the gateway at");
        await("until the heir has all new clients")
            .until(() -> {
              double old = gateway.metric("holdfast_connections_total");
              RawClient.webSocket(port, "/").close();
              return gateway.metric("holdfast_connections_total") == old;
            });
        await().during(Duration.ofMillis(500)).until(() -> systemd.messages().isEmpty());
        heir.signal(Signal.KILL);
        assertThat(heir.exitCode()).isEqualTo(137);
      }
      assertThat(gateway.log().matching("process \\d+ has taken over")).isEmpty();
      assertThat(systemd.messages()).isEmpty();
      // Right after the end of the other a connection can still be reset.
      await("until the old one accepts again")
          .ignoreExceptions()
          .until(() -> {
            RawClient.webSocket(port, "/").close();
            return true;
          });
    }
  }

  @Test
  void aServiceManagerThatIsNotThereIsNoEnd() throws Exception {
    try (EchoBackend backend = EchoBackend.start();
        GatewayProcess gateway =
            GatewayProcess.start(
                Map.of("NOTIFY_SOCKET", folder.resolve("nobody").toString()),
                config(backend, FreePort.take(), ""))) {
      gateway.log().await("cannot tell the service manager at .*nobody: ");
      RawClient.webSocket(gateway.port(), "/").close();
    }
  }
}
