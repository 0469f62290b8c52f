package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.harness.Signal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Backends that answer the handshake of a move wrongly. */
final class BadMoveIT {
  private static String state(GatewayProcess gateway, int backend) throws Exception {
    return gateway.services().at("/0/backends/" + backend + "/state").asString();
  }

  private static void overrule(GatewayProcess gateway, String backend, String word)
      throws Exception {
    String path = "/api/v1/backends/override?backend=" + backend + "&override=" + word;
    assertThat(gateway.adminPost(path)).isEqualTo(200);
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
      overrule(gateway, bad.url(), "down");
      overrule(gateway, green.url(), "down");
      try (RawClient client = RawClient.webSocket(gateway.port(), "/")) {
        overrule(gateway, bad.url(), "clear");
        overrule(gateway, blue.url(), "drain");
        Soon.await().until(() -> state(gateway, 1).equals("ejected"));
        assertThat(bad.visits()).as("no client went there").hasSize(3);
        assertThat(gateway.metric("holdfast_backend_failures_total", "reason=\"" + reason + "\""))
            .isEqualTo(3);
        assertEchoes(client, "where I was");

        overrule(gateway, green.url(), "clear");
        Soon.await().until(() -> gateway.metric("holdfast_moves_total", "outcome=\"moved\"") == 1);
        assertThat(gateway.services().at("/0/backends/2/relays").asInt()).isEqualTo(1);
        assertEchoes(client, "elsewhere");
      }
    }
  }

  private static void goodbye(RawBackend.Visit visit, int code) throws IOException {
    visit.upgrade();
    visit.write(RawFrame.close(code, "not here"));
    visit.readToEnd();
  }

  @Test
  void aBackendThatShakesHandsAndClosesAtOnceGetsNobody() throws Exception {
    try (EchoBackend blue = EchoBackend.start();
        RawBackend bad = RawBackend.start(visit -> goodbye(visit, 4401));
        EchoBackend green = EchoBackend.start();
        GatewayProcess gateway =
            GatewayProcess.start(
                Config.of(
                    "migration: { mode: live }\ndrain: { deadline: 1m }",
                    blue.url(),
                    bad.url(),
                    green.url()))) {
      overrule(gateway, bad.url(), "down");
      overrule(gateway, green.url(), "down");
      try (RawClient client = RawClient.webSocket(gateway.port(), "/")) {
        overrule(gateway, bad.url(), "clear");
        overrule(gateway, blue.url(), "drain");
        Soon.await().until(() -> bad.visits().size() >= 2);
        assertEchoes(client, "where I was");
        overrule(gateway, green.url(), "clear");
        Soon.await().until(() -> gateway.metric("holdfast_moves_total", "outcome=\"moved\"") == 1);
        assertEchoes(client, "elsewhere");
      }
    }
  }

  @Test
  void aClientThatEveryBackendSendsAwayIsNotHandedRoundForEver() throws Exception {
    try (RawBackend one = RawBackend.start(visit -> goodbye(visit, 1012));
        RawBackend two = RawBackend.start(visit -> goodbye(visit, 1012));
        GatewayProcess gateway =
            GatewayProcess.start(Config.of("migration: { mode: live }", one.url(), two.url()));
        RawClient client = RawClient.webSocket(gateway.port(), "/")) {
      assertThat(client.readClose().closeCode()).isEqualTo(1012);
      assertThat(one.visits().size() + two.visits().size())
          .as("one, and a rescue for each that may be tried")
          .isEqualTo(1 + 3);
    }
  }

  @Test
  void whenAllRelaysOfABackendAreLostAtOnceTheyShareFewPendingHandshakes() throws Exception {
    try (EchoBackend blue = EchoBackend.start();
        EchoBackend green = EchoBackend.start();
        GatewayProcess gateway =
            GatewayProcess.start(
                Config.of(
                    "migration: { mode: live }\ncapacity: { maxPendingHandshakes: 2 }",
                    blue.url(),
                    green.url()))) {
      overrule(gateway, green.url(), "down");
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        clients.add(RawClient.webSocket(gateway.port(), "/"));
      }
      overrule(gateway, green.url(), "clear");
      blue.process().signal(Signal.KILL);
      Soon.await().until(() -> gateway.services().at("/0/backends/1/relays").asInt() == 100);
      for (RawClient client : clients) {
        assertEchoes(client, "still here");
        client.close();
      }
    }
  }
}
