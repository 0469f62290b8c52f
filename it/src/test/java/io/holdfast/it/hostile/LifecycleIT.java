package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.harness.Signal;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stops and reloads, with clients that stay. */
class LifecycleIT {
  private static int ready(GatewayProcess gateway) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(gateway.admin("/readyz")).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }

  @Test
  void drainsInOrderAndEndsWithZero() throws Exception {
    try (RawBackend backend = RawBackend.start(RawBackend::silent);
        GatewayProcess gateway =
            GatewayProcess.start(
                Config.of("timeouts: { close: 300ms }", backend.url()),
                "--set=shutdown.readinessDelay=1s",
                "--set=shutdown.deadline=5s");
        RawClient client = RawClient.webSocket(gateway.port(), "/")) {
      int port = gateway.port();
      assertThat(ready(gateway)).isEqualTo(200);

      gateway.signal(Signal.TERM);

      Soon.await().until(() -> ready(gateway) == 503);
      RawClient.webSocket(port, "/").close();
      assertThat(client.readClose().closeCode()).isEqualTo(1001);
      assertThat(RawClient.isRefused(port)).isTrue();
      assertThat(gateway.exitCode()).isZero();
    }
  }

  @Test
  void aSecondSignalEndsItNow() throws Exception {
    try (RawBackend backend = RawBackend.start(RawBackend::silent);
        GatewayProcess gateway =
            GatewayProcess.start(
                Config.of("", backend.url()), "--set=shutdown.readinessDelay=30s")) {
      assertThat(ready(gateway)).isEqualTo(200);
      gateway.signal(Signal.TERM);
      gateway.log().await("draining");
      gateway.signal(Signal.TERM);
      assertThat(gateway.exitCode()).isEqualTo(130);
    }
  }

  @Test
  void aBadFileLeavesEverythingInForce() throws Exception {
    try (RawBackend backend = RawBackend.start(RawBackend::silent);
        GatewayProcess gateway = GatewayProcess.start(Config.of("", backend.url()));
        RawClient client = RawClient.webSocket(gateway.port(), "/")) {
      gateway.rewrite("listeners: 5\nsurprise: true\n");
      assertThat(gateway.reload()).isGreaterThanOrEqualTo(400);
      gateway.log().await("the old configuration stays in force");
      gateway.signal(Signal.HUP);
      gateway.log().await("reload: SIGHUP");
      assertThat(gateway.metric("holdfast_config_reloads_total", "failure")).isPositive();
      client.write(RawFrame.text("still here"));
      int length = "still here".length();
      Soon.await().until(() -> backend.received().split("\r\n\r\n", 2)[1].length() == 6 + length);
      RawClient.webSocket(gateway.port(), "/").close();
    }
  }

  @Test
  void relaysOfARemovedBackendEndWith1012AndOthersStay() throws Exception {
    try (RawBackend first = RawBackend.start(RawBackend::silent);
        RawBackend second = RawBackend.start(RawBackend::silent);
        GatewayProcess gateway =
            GatewayProcess.start(
                Config.of(
                    "balance: round_robin\ndrain: { rate: 20/s }\ntimeouts: { close: 300ms }",
                    first.url(),
                    second.url()))) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        clients.add(RawClient.webSocket(gateway.port(), "/"));
      }
      Soon.await().until(() -> first.visits().size() + second.visits().size() == 20);
      int leaving = first.visits().size();
      gateway.rewrite(
          Config.of(
              "balance: round_robin\ndrain: { rate: 20/s }\ntimeouts: { close: 300ms }",
              second.url()));
      assertThat(gateway.reload()).isEqualTo(200);
      Soon.await().until(() -> gateway.metric("holdfast_relays_ended_total", "1012") == leaving);
      assertThat(gateway.metric("holdfast_relays_active")).isEqualTo(20 - leaving);
      for (RawClient client : clients) {
        client.close();
      }
    }
  }
}
