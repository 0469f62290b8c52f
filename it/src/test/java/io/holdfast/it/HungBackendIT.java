package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.LoadProcess;
import io.holdfast.it.harness.Signal;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** One of three backends hangs or dies while 1,000 clients a second come: none is refused. */
final class HungBackendIT {
  private static final int CLIENTS = 8_000;

  @ParameterizedTest
  @EnumSource(
      value = Signal.class,
      names = {"STOP", "KILL"})
  void newClientsDoNotNoticeMuch(Signal signal) throws Exception {
    try (EchoBackend victim = EchoBackend.start();
        EchoBackend two = EchoBackend.start();
        EchoBackend three = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.quick(victim.url(), two.url(), three.url());
        LoadProcess warmUp =
            LoadProcess.start(gateway.ws("/"), "--churn", "--connections=20", "--duration=4s")) {
      assertThat(warmUp.report().at("/ok").asBoolean()).isTrue();
      fail(signal, victim, gateway);
    }
  }

  private static void fail(Signal signal, EchoBackend victim, GatewayProcess gateway)
      throws Exception {
    double before = gateway.metric("holdfast_handshakes_total", "outcome=\"switched\"");
    try (LoadProcess load =
        LoadProcess.start(
            gateway.ws("/"),
            "--connections=" + CLIENTS,
            "--ramp=1000/s",
            "--rate=0",
            "--warmup=0s",
            "--duration=1s")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> gateway.metric("holdfast_relays_active") > CLIENTS / 4);

      victim.process().signal(signal);
      long start = System.nanoTime();
      gateway.log().await("backend " + victim.url() + " is ejected, was up");
      long ejected = System.nanoTime() - start;
      if (signal == Signal.STOP) {
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() ->
                gateway.metric("holdfast_handshakes_total", "outcome=\"switched\"")
                    == before + CLIENTS);
        victim.process().signal(Signal.CONT);
      }

      JsonNode report = load.report();
      double p99 = report.at("/connections/handshake/p99").asDouble() / 1000;
      System.out.printf(
          "SIG%s of one of three backends at 1,000 handshakes/s: ejected after %d ms,"
              + " handshakes p50 %.0f ms, p99 %.0f ms, longest %.0f ms%n",
          signal,
          Duration.ofNanos(ejected).toMillis(),
          report.at("/connections/handshake/p50").asDouble() / 1000,
          p99,
          report.at("/connections/handshake/max").asDouble() / 1000);
      assertThat(report.at("/connections/opened").asInt()).as("%s", report).isEqualTo(CLIENTS);
      assertThat(report.at("/connections/failed").asInt()).isZero();
      assertThat(p99).isLessThan(1500);
    }
  }
}
