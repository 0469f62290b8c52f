package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Drains that operators stop, as a whole or of one backend, or begin again. */
final class StoppedDrainIT {
  private static List<Integer> relays(GatewayProcess gateway) throws Exception {
    List<Integer> relays = new ArrayList<>();
    for (JsonNode backend : gateway.services().get(0).path("backends")) {
      relays.add(backend.path("relays").asInt());
    }
    return relays;
  }

  /** The newest drain. */
  private static JsonNode drain(GatewayProcess gateway) throws Exception {
    JsonNode drains =
        JsonMapper.shared().readTree(gateway.adminGet("/api/v1/drains")).path("drains");
    return drains.get(drains.size() - 1);
  }

  /**
   * Waits until nobody goes from the first backend any more; that is the time of five in a drain.
   */
  private static int awaitRest(GatewayProcess gateway) {
    AtomicInteger before = new AtomicInteger();
    await()
        .during(Duration.ofSeconds(1))
        .until(() -> {
          int now = relays(gateway).getFirst();
          return before.getAndSet(now) == now;
        });
    return before.get();
  }

  @Test
  void aGroupThatDrainsTooSlowlyIsToldAndStoppedWhereItStands() throws Exception {
    try (BlueAndGreen backends = BlueAndGreen.start();
        GatewayProcess gateway =
            GatewayProcess.start(backends.config("timeouts: { close: 300ms }"))) {
      List<RawClient> clients = BlueAndGreen.connect(gateway);
      String[] group = {"drain", "--service", "chat", "--group", "blue"};
      assertThat(gateway.told(0, with(group, "--rate", "2", "--deadline", "25")))
          .contains("group blue of service chat: at 2.0/s only 50 of 60 relays go within 25000 ms");
      await().until(() -> drain(gateway).path("ended").asInt() > 2);

      assertThat(gateway.told(0, with(group, "--cancel")))
          .contains("service chat: backend " + backends.one().url() + " is down")
          .contains("service chat: backend " + backends.two().url() + " is down");

      await().until(() -> drain(gateway).path("state").asString().equals("stopped"));
      int left = drain(gateway).path("toGo").asInt();
      assertThat(left).isBetween(10, 57);
      await()
          .during(Duration.ofSeconds(3))
          .until(() -> relays(gateway).stream().mapToInt(r -> r).sum() == left);
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  private static String[] with(String[] command, String... more) {
    return Stream.of(command, more).flatMap(Stream::of).toArray(String[]::new);
  }

  @Test
  void aBackendThatIsTakenOutOfItsGroupsDrainKeepsItsRelays() throws Exception {
    try (BlueAndGreen backends = BlueAndGreen.start();
        GatewayProcess gateway =
            GatewayProcess.start(backends.config("timeouts: { close: 300ms }"))) {
      List<RawClient> clients = BlueAndGreen.connect(gateway);
      BlueAndGreen.override(gateway, "service=chat&group=blue&override=drain&rate=10");
      await().until(() -> drain(gateway).path("ended").asInt() > 2);

      BlueAndGreen.override(gateway, "backend=" + backends.one().url() + "&override=down");
      await().until(() -> drain(gateway).path("state").asString().equals("done"));

      await().until(() -> relays(gateway).get(1) == 0);
      int left = awaitRest(gateway);
      assertThat(left).isBetween(10, 30);
      assertThat(drain(gateway).path("left").asInt()).isEqualTo(left);
      assertThat(drain(gateway).path("ended").asInt()).isEqualTo(BlueAndGreen.CONNECTIONS - left);
      assertThat(gateway.told(0, "drain", backends.two().url(), "--wait"))
          .as("one that drains already")
          .contains(backends.two().url() + ": 0 of 0 to go, 0 moved, 0 ended");
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void anOperatorsWordStopsTheDrainOfASickBackend() throws Exception {
    try (EchoBackend one = EchoBackend.start();
        GatewayProcess gateway =
            GatewayProcess.start(
                """
                listeners: [{ bind: "127.0.0.1:0" }]
                routes: [{ service: chat }]
                services:
                  chat:
                    timeouts: { close: 300ms }
                    drain: { onUnhealthy: close, deadline: 60s, rate: 5/s }
                    health:
                      websocket:
                        { path: /, interval: 300ms, timeout: 300ms, fall: 2, rise: 1, downInterval: 1h }
                    backends: ["%s"]
                """
                    .formatted(one.url()))) {
      List<RawClient> clients = BlueAndGreen.connect(gateway);
      one.process().signal(Signal.STOP);
      await().until(() -> relays(gateway).getFirst() < BlueAndGreen.CONNECTIONS);
      assertThat(drain(gateway).path("why").asString()).isEqualTo("backend unhealthy");

      BlueAndGreen.override(gateway, "backend=" + one.url() + "&override=down");
      await().until(() -> drain(gateway).path("state").asString().equals("stopped"));
      int left = awaitRest(gateway);
      assertThat(left).isPositive();

      BlueAndGreen.override(gateway, "backend=" + one.url() + "&override=drain&rate=5");
      await().until(() -> relays(gateway).getFirst() < left);
      BlueAndGreen.override(gateway, "backend=" + one.url() + "&override=down");
      await().until(() -> drain(gateway).path("state").asString().equals("stopped"));
      assertThat(drain(gateway).path("why").asString()).isEqualTo("backend drains");
      assertThat(awaitRest(gateway)).isPositive();
      for (RawClient client : clients) {
        client.close();
      }
    }
  }
}
