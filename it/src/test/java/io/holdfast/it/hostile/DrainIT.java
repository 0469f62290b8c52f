package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Drains: their pace, what comes late, and what comes back. */
class DrainIT {
  private static final String CLOSE_SOON = "timeouts: { close: 300ms }";

  /** Upgrades when it may. */
  private static RawBackend.Script late(CompletableFuture<Void> may) {
    return visit -> {
      if (visit.readHead()) {
        may.join();
        visit.write(RawBackend.switching(visit.accept()));
        visit.readToEnd();
      }
    };
  }

  private static RawClient inHandshake(GatewayProcess gateway, RawBackend backend)
      throws IOException {
    RawClient client = RawClient.connect(gateway.port());
    client.write(RawClient.upgrade("/"));
    Soon.await().until(() -> backend.received().contains("\r\n\r\n"));
    return client;
  }

  private static List<RawClient> clients(GatewayProcess gateway, int count) throws IOException {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(RawClient.webSocket(gateway.port(), "/"));
    }
    return clients;
  }

  private static void closeAll(List<RawClient> clients) throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
  }

  private static boolean refuses(int port) throws IOException {
    try (RawClient client = RawClient.connect(port)) {
      return client.socket().isClosed();
    } catch (ConnectException e) {
      return true;
    }
  }

  @Test
  void aRelayThatComesWhileTheGatewayStopsGetsItsClose() throws Exception {
    CompletableFuture<Void> may = new CompletableFuture<>();
    try (RawBackend backend = RawBackend.start(late(may));
        GatewayProcess gateway =
            GatewayProcess.start(
                Config.of(CLOSE_SOON, backend.url()), "--set=shutdown.deadline=10s");
        RawClient client = inHandshake(gateway, backend)) {
      gateway.signal(Signal.TERM);
      Soon.await().until(() -> refuses(gateway.port()));
      may.complete(null);
      assertThat(client.readHead().status()).isEqualTo(101);
      assertThat(client.readClose().closeCode()).isEqualTo(1001);
      assertThat(gateway.exitCode()).isZero();
    }
  }

  @Test
  void aRelayThatComesAfterItsBackendWasRemovedGetsItsClose() throws Exception {
    CompletableFuture<Void> may = new CompletableFuture<>();
    try (RawBackend gone = RawBackend.start(late(may));
        RawBackend other = RawBackend.start(RawBackend::silent);
        GatewayProcess gateway = GatewayProcess.start(Config.of(CLOSE_SOON, gone.url()));
        RawClient client = inHandshake(gateway, gone)) {
      gateway.rewrite(Config.of(CLOSE_SOON, other.url()));
      assertThat(gateway.reload()).isEqualTo(200);
      // The drain has found no relay by now.
      Soon.await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
      may.complete(null);
      assertThat(client.readHead().status()).isEqualTo(101);
      assertThat(client.readClose().closeCode()).isEqualTo(1012);
      gateway.log().await("drained 1 relays of backend " + gone.url() + " of service s");
    }
  }

  @Test
  void aRemovedBackendKeepsToTheRate() throws Exception {
    String policy = "drain: { rate: 50/s }\n" + CLOSE_SOON;
    try (RawBackend gone = RawBackend.start(RawBackend::silent);
        RawBackend other = RawBackend.start(RawBackend::silent);
        GatewayProcess gateway = GatewayProcess.start(Config.of(policy, gone.url()))) {
      List<RawClient> clients = clients(gateway, 100);
      gateway.rewrite(Config.of(policy, other.url()));
      assertThat(gateway.reload()).isEqualTo(200);
      long start = System.nanoTime();

      JsonNode backends = gateway.services().get(0).get("backends");
      assertThat(backends.size()).isEqualTo(2);
      assertThat(backends.get(0).get("state").asString()).isEqualTo("up");
      assertThat(backends.get(1).get("address").asString()).isEqualTo(gone.url());
      assertThat(backends.get(1).get("state").asString()).isEqualTo("draining");

      for (RawClient client : clients) {
        assertThat(client.readClose().closeCode()).isEqualTo(1012);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start).toMillis()).isBetween(1_400L, 2_600L);
      closeAll(clients);
      Soon.await().until(() -> gateway.services().get(0).get("backends").size() == 1);
    }
  }

  @Test
  void aRateTooSlowForTheDeadlineIsToldAndTheRestEndsThen() throws Exception {
    String policy = "drain: { rate: 5/s, deadline: 1s }\n" + CLOSE_SOON;
    try (RawBackend gone = RawBackend.start(RawBackend::silent);
        RawBackend other = RawBackend.start(RawBackend::silent);
        GatewayProcess gateway = GatewayProcess.start(Config.of(policy, gone.url()))) {
      List<RawClient> clients = clients(gateway, 20);
      gateway.rewrite(Config.of(policy, other.url()));
      assertThat(gateway.reload()).isEqualTo(200);
      gateway.log().await("only 5 end within 1000 ms; the other 15 end at once then");
      for (RawClient client : clients) {
        assertThat(client.readClose().closeCode()).isEqualTo(1012);
      }
      closeAll(clients);
    }
  }

  @Test
  void aBackendThatComesBackKeepsWhatItStillHas() throws Exception {
    String policy = "drain: { rate: 5/s, deadline: 1m }\n" + CLOSE_SOON;
    try (RawBackend back = RawBackend.start(RawBackend::silent);
        RawBackend other = RawBackend.start(RawBackend::silent);
        GatewayProcess gateway = GatewayProcess.start(Config.of(policy, back.url()))) {
      List<RawClient> clients = clients(gateway, 50);
      gateway.rewrite(Config.of(policy, other.url()));
      assertThat(gateway.reload()).isEqualTo(200);
      Soon.await().until(() -> gateway.metric("holdfast_relays_ended_total", "1012") >= 2);

      gateway.rewrite(Config.of(policy, other.url(), back.url()));
      assertThat(gateway.reload()).isEqualTo(200);
      gateway.log().await("drain of backend " + back.url() + " of service s stopped");
      Soon.awaitSteady(() -> active(gateway));
      assertThat(active(gateway)).isBetween(10, 48);
      closeAll(clients);
    }
  }

  private static int active(GatewayProcess gateway) {
    try {
      return (int) gateway.metric("holdfast_relays_active");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aTokenThatLeakedIsWorthNothingAfterAReload() throws Exception {
    try (RawBackend backend = RawBackend.start(RawBackend::silent);
        GatewayProcess gateway =
            GatewayProcess.start(
                Config.full("admin: { token: leaked-token-1 }", "", "", backend.url()))) {
      assertThat(status(gateway, "leaked-token-1")).isEqualTo(200);
      gateway.rewrite(Config.full("admin: { token: fresh-token-22 }", "", "", backend.url()));
      gateway.signal(Signal.HUP);
      gateway.log().await("change admin token");
      assertThat(status(gateway, "leaked-token-1")).isEqualTo(401);
      assertThat(status(gateway, "fresh-token-22")).isEqualTo(200);
    }
  }

  private static int status(GatewayProcess gateway, String token)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.admin("/api/v1/services"))
            .header("Authorization", "Bearer " + token)
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }
}
