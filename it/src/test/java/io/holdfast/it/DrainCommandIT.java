package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.Child;
import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.EventStream;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.harness.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code holdfast drain} of a group and of the gateway: what clients, operators and meters see. */
final class DrainCommandIT {
  /** Reads each client's Close and answers it. */
  private static void assertClosed(List<RawClient> clients, int code, String reason)
      throws Exception {
    for (RawClient client : clients) {
      try (client) {
        RawFrame close = client.readClose();
        assertThat(close.closeCode()).isEqualTo(code);
        assertThat(close.closeReason()).isEqualTo(reason);
      }
    }
  }

  @Test
  void aGroupIsDrainedByTheConfiguredCloseAndAllNumbersAgree() throws Exception {
    try (BlueAndGreen backends = BlueAndGreen.start();
        GatewayProcess gateway = GatewayProcess.start(backends.config(""));
        EventStream events = EventStream.of(gateway)) {
      List<RawClient> clients = BlueAndGreen.connect(gateway);
      long before = System.nanoTime();
      String[] drain = {"drain", "--service", "chat", "--group", "blue", "--rate", "40", "--wait"};
      try (Child command = gateway.command(drain)) {
        assertClosed(clients, 4009, "blue goes home");
        assertThat(command.exitCode()).as(command.log().tail()).isZero();
        assertThat(command.log().lines())
            .contains("group blue: 0 of 60 to go, 0 moved, 60 ended")
            .contains("service chat: backend " + backends.one().url() + " is draining")
            .contains("service chat: backend " + backends.two().url() + " is draining");
      }
      JsonNode over = events.await("drain", e -> e.path("state").asString().equals("done"));
      assertThat(over.path("group").asString()).isEqualTo("blue");
      assertThat(over.path("found").asInt()).isEqualTo(BlueAndGreen.CONNECTIONS);
      assertThat(over.path("ended").asInt()).isEqualTo(BlueAndGreen.CONNECTIONS);
      assertThat(over.path("toGo").asInt()).isZero();
      List<JsonNode> told = events.all("drain");
      int seconds = (int) ((System.nanoTime() - before) / 1_000_000_000);
      assertThat(told.size())
          .as("once a second, and at its ends: " + told)
          .isBetween(3, 3 + seconds);
      for (int i = 1; i < told.size(); i++) {
        assertThat(told.get(i).path("ended").asInt())
            .as(told.toString())
            .isGreaterThanOrEqualTo(told.get(i - 1).path("ended").asInt());
      }
      assertThat(gateway.metric("holdfast_drained_relays_total", "outcome=\"ended\""))
          .isEqualTo(BlueAndGreen.CONNECTIONS);
      assertThat(gateway.metric("holdfast_relays_to_drain")).isZero();
    }
  }

  @Test
  void withoutARateAllGoEvenlyOverTheDeadline() throws Exception {
    try (BlueAndGreen backends = BlueAndGreen.start();
        GatewayProcess gateway = GatewayProcess.start(backends.config(""));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> closes = new ArrayList<>();
      for (RawClient client : BlueAndGreen.connect(gateway)) {
        closes.add(
            threads.submit(() -> {
              try (client) {
                client.readClose();
                return System.nanoTime();
              }
            }));
      }
      BlueAndGreen.override(gateway, "service=chat&group=blue&override=drain&deadline=3");
      List<Long> times = new ArrayList<>();
      for (Future<Long> close : closes) {
        times.add(close.get());
      }
      times.sort(null);
      assertThat(lateness(times, 45) - lateness(times, 0))
          .as("60 over 3 s, in milliseconds later at their end than at their begin: %s", times)
          .isBetween(-300L, 300L);
    }
  }

  /**
   * Of 15, the least, in milliseconds against one each 50 ms: a pause of whoever ends or counts
   * them makes others late.
   */
  private static long lateness(List<Long> times, int from) {
    return IntStream.range(from, from + 15)
        .mapToLong(i -> TimeUnit.NANOSECONDS.toMillis(times.get(i) - times.getFirst()) - 50L * i)
        .min()
        .orElseThrow();
  }

  @Test
  void theGatewayIsDrainedAtThePaceThatIsAskedForAndEnds() throws Exception {
    try (BlueAndGreen backends = BlueAndGreen.start();
        GatewayProcess gateway = GatewayProcess.start(backends.config(""))) {
      List<RawClient> clients = BlueAndGreen.connect(gateway);
      await().until(() -> gateway.services().at("/0/backends/0/relays").asInt() > 0);

      long before = System.nanoTime();
      try (EventStream events = EventStream.of(gateway);
          Child command = gateway.command("drain", "--gateway", "--rate", "30", "--wait")) {
        JsonNode first = events.await("drain", e -> e.path("toGo").asInt() > 0);
        assertThat(first.path("service").asString()).isEmpty();
        assertThat(first.path("why").asString()).isEqualTo("gateway shuts down");
        assertClosed(clients, 1001, "gateway shuts down");
        assertThat(gateway.exitCode()).isZero();
        assertThat(command.exitCode()).as(command.log().tail()).isZero();
        assertThat(command.log().lines())
            .startsWith("the gateway drains, and ends then")
            .endsWith("the gateway has ended");
      }
      double seconds = (System.nanoTime() - before) / 1e9;
      assertThat(seconds).as("60 relays at 30 a second").isGreaterThan(1.7);
      assertThat(gateway.log().lines())
          .anyMatch(l -> l.contains("drained 60 relays, 0 connections left"));
    }
  }

  @Test
  void theFirstSignalAfterTheCommandCutsNothingShort() throws Exception {
    try (BlueAndGreen backends = BlueAndGreen.start();
        GatewayProcess gateway = GatewayProcess.start(backends.config(""))) {
      List<RawClient> clients = BlueAndGreen.connect(gateway);
      gateway.told(0, "drain", "--gateway", "--rate", "30");
      gateway.log().await("draining: not ready for new clients");
      gateway.signal(Signal.TERM);
      assertClosed(clients, 1001, "gateway shuts down");
      assertThat(gateway.exitCode()).isZero();
      gateway.log().await("drained 60 relays, 0 connections left");
    }
  }

  @Test
  void whatIsProbablyNotMeantIsSaid() throws Exception {
    try (EchoBackend one = EchoBackend.start();
        EchoBackend two = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.to(one.url(), two.url())) {
      String address = one.url().replace("ws://", "");
      assertThat(gateway.told(1, "drain", address, "--cancel"))
          .contains("No backend " + address + " drains; nothing was changed.");
      assertThat(gateway.services().at("/0/backends/0/state").asString()).isEqualTo("up");
      String service = gateway.services().at("/0/name").asString();
      assertThat(gateway.told(1, "rebalance", service, "--cancel"))
          .contains("No rebalancing of a service " + service + " is under way");

      String none = "no backend is left that takes new clients";
      assertThat(gateway.told(0, "drain", address, "--deadline", "1s")).doesNotContain(none);
      assertThat(gateway.told(0, "down", two.url())).contains("service " + service + ": " + none);
      assertThat(gateway.told(0, "drain", address, "--cancel")).contains("is down");
      assertThat(gateway.told(2, "drain", address, "--deadline", "soon"))
          .contains("'soon': expected a duration above zero such as", ", or a number of seconds");
    }
  }

  @Test
  void theGatewayIsNamedAlone() throws Exception {
    try (EchoBackend one = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.to(one.url())) {
      for (String more : new String[] {"--soft", "ws://127.0.0.1:1"}) {
        assertThat(gateway.told(2, "drain", "--gateway", more))
            .contains("--gateway goes with --rate, --deadline, --wait and --cancel alone");
      }
      assertThat(gateway.told(2, "drain", "--gateway", "--rate", "0"))
          .contains("--rate and --deadline must be from 0.001 to 999999.999");
      assertThat(gateway.told(2, "drain", "--gateway", "--cancel", "--wait"))
          .contains("--cancel stands alone");
      assertThat(gateway.told(1, "drain", "--gateway", "--cancel"))
          .contains("The gateway does not drain.");
      gateway.assertHealthy();
    }
  }
}
