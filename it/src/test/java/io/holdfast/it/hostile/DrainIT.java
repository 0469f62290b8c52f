package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Drains: their pace, what comes late, and what comes back. */
@SuppressWarnings("NullAway.Init")
class DrainIT {
  private static final String CLOSE_SOON = "timeouts: { close: 300ms }";

  private final RawBackend first = RawBackend.start(RawBackend::silent);
  private final RawBackend second = RawBackend.start(RawBackend::silent);
  private final List<RawClient> clients = new ArrayList<>();
  private GatewayProcess gateway;

  DrainIT() throws IOException {}

  @AfterEach
  void stop() throws IOException {
    closeAll();
    gateway.close();
    first.close();
    second.close();
  }

  private void closeAll() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
  }

  private static String policy(String drain) {
    return "drain: { " + drain + " }\n" + CLOSE_SOON;
  }

  /** The same with another route to the same service. */
  private static String withRoute(String config) {
    String route = "  - { name: more, match: { path: /more }, service: s }\n";
    return config.replace("services:\n", route + "services:\n");
  }

  private void reload(String config) throws IOException, InterruptedException {
    gateway.rewrite(config);
    assertThat(gateway.reload()).isEqualTo(200);
  }

  private void connect(int count, String path) throws IOException {
    for (int i = 0; i < count; i++) {
      clients.add(RawClient.webSocket(gateway.port(), path));
    }
  }

  private void assertAllClosed(int code) throws IOException {
    for (RawClient client : clients) {
      assertThat(client.readClose().closeCode()).isEqualTo(code);
    }
  }

  /** Not sooner, and long before the deadline of 30 s that a drain without a rate would use. */
  private static void assertMillisSince(long start, long least) {
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    assertThat(millis).isBetween(least, 15_000L);
  }

  /** A client whose handshake the first backend will answer when it may. */
  private RawClient inHandshake(CompletableFuture<Void> may) throws IOException {
    first.script(visit -> {
      if (visit.readHead()) {
        may.join();
        visit.write(RawBackend.switching(visit.accept()));
        visit.readToEnd();
      }
    });
    RawClient client = RawClient.connect(gateway.port());
    clients.add(client);
    client.write(RawClient.upgrade("/"));
    Soon.await().until(() -> first.received().contains("\r\n\r\n"));
    return client;
  }

  @Test
  void aRelayThatComesWhileTheGatewayStopsGetsItsClose() throws Exception {
    CompletableFuture<Void> may = new CompletableFuture<>();
    gateway =
        GatewayProcess.start(Config.of(CLOSE_SOON, first.url()), "--set=shutdown.deadline=10s");
    RawClient client = inHandshake(may);
    gateway.signal(Signal.TERM);
    Soon.await().until(() -> RawClient.isRefused(gateway.port()));
    may.complete(null);
    assertThat(client.readHead().status()).isEqualTo(101);
    assertAllClosed(1001);
    assertThat(gateway.exitCode()).isZero();
  }

  @Test
  void aRelayThatComesAfterItsBackendWasRemovedGetsItsClose() throws Exception {
    CompletableFuture<Void> may = new CompletableFuture<>();
    gateway = GatewayProcess.start(Config.of(CLOSE_SOON, first.url()));
    RawClient client = inHandshake(may);
    reload(Config.of(CLOSE_SOON, second.url()));
    // The drain has found no relay by now.
    Soon.await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
    may.complete(null);
    assertThat(client.readHead().status()).isEqualTo(101);
    assertAllClosed(1012);
    gateway.log().await("drained 1 relays of backend " + first.url() + " of service s");
  }

  @Test
  void aRelayThatComesInTheMiddleOfADrainGetsItsClose() throws Exception {
    CompletableFuture<Void> may = new CompletableFuture<>();
    gateway = GatewayProcess.start(Config.of(CLOSE_SOON, first.url()));
    connect(40, "/");
    first.forget();
    RawClient late = inHandshake(may);
    gateway.told(0, "drain", first.url(), "--rate", "10");
    // That is told once a second.
    Soon.await().until(() -> gateway.metric("holdfast_relays_to_drain") > 0);
    assertThat(gateway.metric("holdfast_drained_relays_total")).isBetween(1.0, 38.0);
    may.complete(null);
    assertThat(late.readHead().status()).isEqualTo(101);
    assertAllClosed(1012);
    gateway.log().await("drained 41 relays of backend " + first.url() + " of service s");
  }

  @Test
  void aRemovedBackendKeepsToTheRate() throws Exception {
    String policy = policy("rate: 50/s");
    gateway = GatewayProcess.start(Config.of(policy, first.url()));
    connect(100, "/");
    long start = System.nanoTime();
    reload(Config.of(policy, second.url()));

    JsonNode backends = gateway.services().get(0).get("backends");
    assertThat(backends.size()).isEqualTo(2);
    assertThat(backends.get(0).get("state").asString()).isEqualTo("up");
    assertThat(backends.get(1).get("address").asString()).isEqualTo(first.url());
    assertThat(backends.get(1).get("state").asString()).isEqualTo("draining");

    assertAllClosed(1012);
    assertMillisSince(start, 1_900);
    closeAll();
    Soon.await().until(() -> gateway.services().get(0).get("backends").size() == 1);
  }

  @Test
  void aRateTooSlowForTheDeadlineIsToldAndTheRestEndsThen() throws Exception {
    String policy = policy("rate: 5/s, deadline: 1s");
    gateway = GatewayProcess.start(Config.of(policy, first.url()));
    connect(20, "/");
    reload(Config.of(policy, second.url()));
    gateway
        .log()
        .await("at 5.0/s only 5 of 20 relays go within 1000 ms; the other 15 go at once then");
    assertAllClosed(1012);
  }

  /** What a reload can take away. */
  enum Part {
    BACKEND,
    ROUTE
  }

  @ParameterizedTest
  @EnumSource
  void whatComesBackKeepsTheRelaysThatItStillHas(Part part) throws Exception {
    String policy = policy("rate: 5/s, deadline: 1m");
    boolean route = part == Part.ROUTE;
    String all = Config.of(policy, first.url(), second.url());
    String before = route ? withRoute(all) : Config.of(policy, first.url());
    String without = route ? all : Config.of(policy, second.url());
    String again = route ? before : all;
    String what = route ? "route more" : "backend " + first.url() + " of service s";

    gateway = GatewayProcess.start(before);
    connect(50, route ? "/more" : "/");
    reload(without);
    Soon.await().until(() -> gateway.metric("holdfast_relays_ended_total", "1012") >= 2);

    reload(again);
    gateway.log().await("drain of " + what + " stopped");
    Soon.awaitSteady(this::active);
    assertThat(active()).isBetween(10, 48);

    // Taken away again, it is drained again.
    int left = active();
    reload(without);
    Soon.await().until(() -> active() < left);
  }

  @Test
  void aRemovedRouteKeepsToTheRateAndLeavesOthersAlone() throws Exception {
    String policy = policy("rate: 20/s, code: 4321");
    String config = Config.of(policy, first.url());
    gateway = GatewayProcess.start(withRoute(config));
    RawClient other = RawClient.webSocket(gateway.port(), "/");
    connect(20, "/more");
    long start = System.nanoTime();
    reload(config);
    assertAllClosed(4321);
    assertMillisSince(start, 900);
    gateway.log().await("drained 20 relays of route more");
    clients.add(other);
    Soon.await().until(() -> active() == 1);
  }

  private int active() {
    try {
      return (int) gateway.metric("holdfast_relays_active");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
