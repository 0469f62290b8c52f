package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.Child;
import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.EventStream;
import io.holdfast.it.harness.FreePort;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.harness.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code holdfast drain --gateway --cancel}: a gateway that was to end serves on. A client that is
 * {@code slow} answers no Close, so that the gateway waits for it.
 */
final class CancelledGatewayDrainIT {
  private static final int CONNECTIONS = 60;
  private static final String[] CANCEL = {"drain", "--gateway", "--cancel"};

  /** Flags, for the harness's own of the environment beat a file's. */
  private static final String DEADLINE = "--set=shutdown.deadline=30s";

  private static String config(EchoBackend backend, String... more) {
    return """
    listeners: [{ bind: "127.0.0.1:0" }]
    routes: [{ match: { path: /ws }, service: chat }]
    services:
      chat:
        timeouts: { close: 60s }
        backends: ["%s"]
    """
            .formatted(backend.url())
        + String.join("", more);
  }

  private static List<RawClient> connect(GatewayProcess gateway) throws Exception {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      clients.add(RawClient.webSocket(gateway.port(), "/ws"));
    }
    return clients;
  }

  /** Whether the client's relay lives; else it has got a Close. */
  private static boolean echoes(RawClient client) throws Exception {
    client.write(RawFrame.text("still here"));
    RawFrame answer = client.readFrame();
    if (answer.opcode() == RawFrame.CLOSE) {
      assertThat(answer.closeCode()).isEqualTo(1001);
      return false;
    }
    assertThat(answer.text()).isEqualTo("still here");
    return true;
  }

  /** A connection may be asked again and again, and is not closed after an answer. */
  private static void assertKeptAlive(RawClient client) throws Exception {
    for (int i = 0; i < 2; i++) {
      client.write("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n");
      var head = client.readHead();
      assertThat(head.status()).isEqualTo(404);
      assertThat(head.header("connection")).isNotEqualTo("close");
      client.readBody(head);
    }
  }

  private static JsonNode drains(GatewayProcess gateway) throws Exception {
    return JsonMapper.shared().readTree(gateway.adminGet("/api/v1/drains")).path("drains");
  }

  private static JsonNode newest(GatewayProcess gateway) throws Exception {
    JsonNode drains = drains(gateway);
    return drains.get(drains.size() - 1);
  }

  @Test
  void inTheReadinessDelayNothingHasHappened() throws Exception {
    try (EchoBackend backend = EchoBackend.start();
        GatewayProcess gateway =
            GatewayProcess.start(config(backend), "--set=shutdown.readinessDelay=1h");
        RawClient staying = RawClient.webSocket(gateway.port(), "/ws");
        RawClient idle = RawClient.connect(gateway.port());
        Child drain = gateway.command("drain", "--gateway", "--wait")) {
      assertKeptAlive(idle);
      drain.log().await("the gateway drains, and ends then");
      gateway.log().await("draining: not ready for new clients");

      assertThat(gateway.told(0, CANCEL))
          .contains("the gateway drains no more, and is ready for clients");

      assertThat(drain.exitCode()).as(drain.log().tail()).isEqualTo(1);
      assertThat(drain.log().lines()).contains("gateway: 0 of 0 to go, 0 moved, 0 ended; stopped");
      assertThat(gateway.adminGet("/readyz")).contains("\"ready\"");
      assertThat(newest(gateway).path("state").asString()).isEqualTo("stopped");
      assertThat(echoes(staying)).isTrue();
      assertKeptAlive(idle);
      RawClient.webSocket(gateway.port(), "/ws").close();
      gateway.signal(Signal.KILL); // a SIGTERM would wait for an hour
      assertThat(gateway.exitCode()).isEqualTo(137);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "epoll", "nio"})
  void inTheMiddleTheDrainStopsWhereItStandsAndAllGoesOnAsBefore(String transport)
      throws Exception {
    String more = "transport: " + transport + "\n";
    try (EchoBackend backend = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.start(config(backend, more));
        EventStream events = EventStream.of(gateway)) {
      List<RawClient> clients = connect(gateway);
      int left;
      try (Child drain = gateway.command("drain", "--gateway", "--rate", "2", "--wait")) {
        await()
            .until(() -> drains(gateway).size() > 0 && newest(gateway).path("ended").asInt() > 4);
        assertThat(RawClient.isRefused(gateway.port())).isTrue();
        assertThat(gateway.reload()).as("while it drains").isEqualTo(422);
        gateway.rewrite(config(backend, more).replace("60s", "50s"));
        assertThat(gateway.adminPost("/api/v1/upgrade")).as("while it drains").isEqualTo(409);

        gateway.told(0, CANCEL);

        left = newest(gateway).path("toGo").asInt();
        assertThat(drain.exitCode()).as(drain.log().tail()).isEqualTo(1);
        assertThat(drain.log().tail())
            .contains("gateway: " + left + " of 60 to go")
            .contains("; stopped");
      }
      assertThat(newest(gateway).path("state").asString()).isEqualTo("stopped");
      events.await("drain", e -> e.path("state").asString().equals("stopped"));
      gateway.log().await("drain of the gateway stopped");
      assertThat(left).isBetween(1, CONNECTIONS - 5);
      assertThat(gateway.adminGet("/readyz")).contains("\"ready\"");
      assertThat(gateway.metric("holdfast_relays_to_drain")).isZero();
      List<RawClient> here = new ArrayList<>();
      for (RawClient client : clients) {
        if (echoes(client)) {
          here.add(client);
        } else {
          client.close();
        }
      }
      assertThat(here).hasSize(left);
      try (RawClient idle = RawClient.connect(gateway.port())) {
        assertKeptAlive(idle);
      }
      here.add(RawClient.webSocket(gateway.port(), "/ws"));
      assertThat(echoes(here.getLast())).isTrue();
      gateway.log().await("reload: the file has changed");
      gateway.log().await("reload applied: ");
      assertThat(gateway.reload()).isEqualTo(200);

      try (Child drain = gateway.command("drain", "--gateway", "--rate", "100", "--wait")) {
        for (RawClient client : here) {
          try (client) {
            assertThat(client.readClose().closeReason()).isEqualTo("gateway shuts down");
          }
        }
        assertThat(gateway.exitCode()).isZero();
        assertThat(drain.exitCode()).as(drain.log().tail()).isZero();
        assertThat(drain.log().lines()).endsWith("the gateway has ended");
      }
      gateway.log().await("drained " + (left + 1) + " relays, 0 connections left");
    }
  }

  @Test
  void afterItASignalDrainsAsEver() throws Exception {
    try (EchoBackend backend = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.start(config(backend), DEADLINE);
        RawClient slow = RawClient.webSocket(gateway.port(), "/ws")) {
      gateway.told(0, "drain", "--gateway", "--deadline", "60");
      gateway.told(0, CANCEL);
      slow.reset();
      try (RawClient client = RawClient.webSocket(gateway.port(), "/ws")) {
        gateway.signal(Signal.TERM);
        assertThat(client.readClose().closeCode()).isEqualTo(1001);
      }
      assertThat(gateway.exitCode()).isZero();
      gateway.log().await("drained 1 relays, 0 connections left");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatASignalHasToldCannotBeTakenBack(boolean inTheMiddleOfADrain) throws Exception {
    try (EchoBackend backend = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.start(config(backend), DEADLINE);
        RawClient slow = RawClient.webSocket(gateway.port(), "/ws")) {
      if (inTheMiddleOfADrain) {
        gateway.told(0, "drain", "--gateway", "--deadline", "30");
      }
      gateway.signal(Signal.TERM);
      gateway
          .log()
          .await(inTheMiddleOfADrain ? "a signal: the drain goes on" : "draining: not ready");
      assertThat(gateway.told(1, CANCEL)).contains("A signal has told the gateway to end.");
      assertThat(gateway.adminPost("/api/v1/shutdown?cancel=true")).isEqualTo(409);
      slow.reset();
      assertThat(gateway.exitCode()).isZero();
    }
  }

  @Test
  void anUpgradeCannotBeTakenBackAndTheNewProcessCanBeDrainedAndKept() throws Exception {
    int port = FreePort.take();
    try (EchoBackend backend = EchoBackend.start();
        GatewayProcess gateway =
            GatewayProcess.start(
                config(backend).replace("127.0.0.1:0", "127.0.0.1:" + port),
                "--admin=127.0.0.1:" + FreePort.take());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      RawClient slow = RawClient.webSocket(port, "/ws");
      Future<String> upgrade = threads.submit(() -> gateway.upgrade("--deadline", "30"));
      String aside =
          gateway.log().await("the admin listener is at port (\\d+) from now on").group(1);
      gateway.log().await("draining: not ready");
      String[] before = {"--admin", "http://127.0.0.1:" + aside};
      List<String> cancel = new ArrayList<>(List.of(CANCEL));
      cancel.addAll(List.of(before));
      try (Child command = Child.holdfast("cancel", Map.of(), cancel)) {
        assertThat(command.exitCode()).isEqualTo(1);
        assertThat(command.log().tail()).contains("Another process has taken over.");
      }
      slow.close();
      assertThat(upgrade.get()).endsWith("the old process has ended");

      try (RawClient staying = RawClient.webSocket(port, "/ws")) {
        gateway.told(0, "drain", "--gateway", "--rate", "0.01");
        await().until(() -> RawClient.isRefused(port));
        gateway.told(0, CANCEL);
        try (RawClient client = RawClient.webSocket(port, "/ws")) {
          assertThat(echoes(client)).isTrue();
        }
        assertThat(staying.socket().isConnected()).isTrue();
      }
    }
  }
}
