package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.LoadProcess;
import io.holdfast.it.harness.Signal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code kill -9} of one of three backends under load. */
final class KilledBackendIT {
  private static final int CONNECTIONS = 300;

  private static int relaysOf(GatewayProcess gateway, String address) throws Exception {
    for (JsonNode backend : gateway.services().at("/0/backends")) {
      if (backend.at("/address").asString().equals(address)) {
        return backend.at("/relays").asInt();
      }
    }
    throw new AssertionError("no backend " + address);
  }

  @Test
  void itsClientsGetACloseAndNewOnesGoElsewhereAtOnce() throws Exception {
    try (EchoBackend victim = EchoBackend.start();
        EchoBackend two = EchoBackend.start();
        EchoBackend three = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.to(victim.url(), two.url(), three.url());
        LoadProcess load =
            LoadProcess.start(
                gateway.ws("/"),
                "--connections=" + CONNECTIONS,
                "--inflight=4",
                "--size=20KiB",
                "--duration=10m")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> gateway.metric("holdfast_relays_active") == CONNECTIONS);
      int theirs = relaysOf(gateway, victim.url());
      assertThat(theirs).isBetween(CONNECTIONS / 4, CONNECTIONS / 2);

      victim.process().signal(Signal.KILL);
      try (LoadProcess others =
          LoadProcess.start(gateway.ws("/"), "--connections=200", "--duration=1s")) {
        JsonNode report = others.report();
        assertThat(report.at("/ok").asBoolean()).as("new connections: %s", report).isTrue();
        assertThat(report.at("/connections/failed").asInt()).isZero();
      }
      await().until(() -> relaysOf(gateway, victim.url()) == 0);
      // So many broken relays at once leave no doubt, and no dial to waste.
      gateway
          .log()
          .await("backend " + victim.url() + " is ejected, was up \\(5 failures in a row: ");

      load.stop();
      JsonNode report = load.report();
      int closed = report.at("/closes/1012").asInt();
      int broken = 0;
      for (JsonNode count : report.at("/abnormalEnds")) {
        broken += count.asInt();
      }
      double reset = gateway.metric("holdfast_relays_reset_total");
      System.out.printf(
          "kill -9 of a backend with %d relays: %d got Close 1012, %d were reset inside a frame%n",
          theirs, closed, broken);
      assertThat(closed + broken).as("%s", report).isEqualTo(theirs);
      assertThat(broken).isEqualTo((int) reset);
      assertThat(closed).isPositive();
      assertThat(report.at("/closes/1000").asInt()).isEqualTo(CONNECTIONS - theirs);
      assertThat(report.at("/messages/mismatched").asInt()).isZero();
      assertThat(report.at("/messages/outOfOrder").asInt()).isZero();
    }
  }
}
