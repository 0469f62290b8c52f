package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Backends that answer the handshake of a move wrongly. */
final class BadMoveIT {
  private static String state(GatewayProcess gateway, int backend) throws Exception {
    return gateway.services().at("/0/backends/" + backend + "/state").asString();
  }

  private static void assertEchoes(RawClient client, String text) throws Exception {
    client.write(RawFrame.text(text));
    assertThat(client.readFrame().text()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 503 Service Unavailable, unavailable",
    "HTTP/1.1 502 Bad Gateway, unavailable",
    "HTTP/1.1 101 Switching Protocols, bad_accept",
    "no HTTP, bad_answer",
    "'', closed_early"
  })
  void aBackendThatMovesMeetFailuresAtIsTakenOutAndTheRelayStaysThenGoesElsewhere(
      String answer, String reason) throws Exception {
    try (EchoBackend blue = EchoBackend.start();
        RawBackend bad =
            RawBackend.start(visit -> {
              visit.readHead();
              if (!answer.isEmpty()) {
                visit.write(
                    answer
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 0\r\n"
                        + "Sec-WebSocket-Accept: d3Jvbmc=\r\n\r\n");
              }
            });
        EchoBackend green = EchoBackend.start();
        GatewayProcess gateway =
            GatewayProcess.start(
                Config.of(
                    "migration: { mode: live }\ndrain: { deadline: 1m }\n"
                        + "ejection: { failures: 3, time: 1h, maxTime: 1h, maxEjected: 100% }",
                    blue.url(), bad.url(), green.url()))) {
      gateway.told(0, "down", bad.url());
      gateway.told(0, "down", green.url());
      try (RawClient client = RawClient.webSocket(gateway.port(), "/")) {
        gateway.told(0, "clear", bad.url());
        gateway.told(0, "drain", blue.url());
        Soon.await().until(() -> state(gateway, 1).equals("ejected"));
        assertThat(bad.visits()).as("no client went there").hasSize(3);
        assertThat(gateway.metric("holdfast_backend_failures_total", "reason=\"" + reason + "\""))
            .isEqualTo(3);
        assertEchoes(client, "where I was");

        gateway.told(0, "clear", green.url());
        Soon.await().until(() -> gateway.metric("holdfast_moves_total", "outcome=\"moved\"") == 1);
        assertThat(gateway.services().at("/0/backends/2/relays").asInt()).isEqualTo(1);
        assertEchoes(client, "elsewhere");
      }
    }
  }
}
