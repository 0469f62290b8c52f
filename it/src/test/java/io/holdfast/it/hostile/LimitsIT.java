package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.harness.RawHead;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits on clients: connections, slow heads, peers that do not read or do not speak. */
class LimitsIT {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  @ParameterizedTest
  @CsvSource({"connections, 503", "connectionsPerAddress, 429"})
  void connectionsBeyondTheLimitAreTurnedAwayAndPermitsComeBack(String limit, int status)
      throws Exception {
    try (RawBackend backend = RawBackend.start(RawBackend::ok);
        GatewayProcess gateway =
            GatewayProcess.start(
                Config.full("limits: { " + limit + ": 5 }", "", "", backend.url()))) {
      for (int round = 0; round < 3; round++) {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          RawClient client = RawClient.connect(gateway.port());
          clients.add(client);
          client.write(GET);
          assertThat(client.readHead().status()).isEqualTo(200);
        }
        try (RawClient one = RawClient.connect(gateway.port())) {
          RawHead head = one.readHead();
          assertThat(head.status()).isEqualTo(status);
          assertThat(head.header("retry-after")).isNotNull();
          one.readBody(head);
          assertThat(one.readToEnd()).isEmpty();
        }
        for (RawClient client : clients) {
          client.close();
        }
        Soon.await().until(() -> gateway.metric("holdfast_connections_active") == 0);
      }
      assertThat(gateway.metric("holdfast_connections_refused")).isGreaterThanOrEqualTo(3);

      for (int i = 0; i < 1000; i++) {
        RawClient client = RawClient.connect(gateway.port());
        if (i % 3 == 0) {
          client.write(GET.substring(0, i % GET.length()));
        }
        client.reset();
      }
      Soon.await().until(() -> gateway.metric("holdfast_connections_active") == 0);
      try (RawClient client = RawClient.connect(gateway.port())) {
        client.write(GET);
        assertThat(client.readHead().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void slowHeadsAreAnsweredWith408() throws Exception {
    try (RawBackend backend = RawBackend.start(RawBackend::ok);
        GatewayProcess gateway =
            GatewayProcess.start(
                Config.full("limits: { headTimeout: 500ms }", "", "", backend.url()))) {
      List<RawClient> slow = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        RawClient client = RawClient.connect(gateway.port());
        client.write("GET / HTTP/1.1\r\nHo");
        slow.add(client);
      }
      try (RawClient silent = RawClient.connect(gateway.port())) {
        assertThat(silent.readToEnd()).isEmpty();
      }
      for (RawClient client : slow) {
        RawHead head = client.readHead();
        assertThat(head.status()).isEqualTo(408);
        client.readBody(head);
        assertThat(client.readToEnd()).isEmpty();
        client.close();
      }
      assertThat(gateway.metric("holdfast_bad_requests_total{reason=\"head_timeout\"}"))
          .isEqualTo(100);
      Soon.await().until(() -> gateway.metric("holdfast_connections_active") == 0);
    }
  }

  @Test
  void aClientThatNeverReadsStopsTheBackendAndIsEnded() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    RawBackend.Script flood =
        visit -> {
          visit.upgrade();
          RawFrame frame = RawFrame.of(RawFrame.BINARY, new byte[100_000]);
          for (int i = 0; i < 5_000; i++) {
            visit.write(frame);
            sent.set(i);
          }
        };
    try (RawBackend backend = RawBackend.start(flood);
        GatewayProcess gateway =
            GatewayProcess.start(Config.of("timeouts: { write: 2s, close: 1s }", backend.url()));
        RawClient client = RawClient.webSocket(gateway.port(), "/")) {
      Soon.awaitSteady(sent::get);
      // What the kernel's buffers on both sides hold, and little more, of 500 MB.
      assertThat(sent.get()).isLessThan(400);
      Soon.await().until(() -> gateway.metric("holdfast_relays_ended_total") == 1);
      assertThat(client.endsCleanly()).isFalse();
      gateway.log().await("client does not read");
    }
  }

  @Test
  void aClientThatClosesAndNeverReadsStaysBounded() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    RawBackend.Script flood =
        visit -> {
          visit.upgrade();
          RawFrame frame = RawFrame.of(RawFrame.BINARY, new byte[100_000]);
          for (int i = 0; i < 20_000; i++) {
            visit.write(frame);
            sent.set(i);
          }
        };
    try (RawBackend backend = RawBackend.start(flood);
        GatewayProcess gateway =
            GatewayProcess.start(Config.of("timeouts: { close: 2s }", backend.url()));
        RawClient client = RawClient.webSocket(gateway.port(), "/")) {
      client.write(RawFrame.close(1000, ""));
      Soon.awaitSteady(sent::get);
      assertThat(sent.get()).isLessThan(400);
      Soon.await().until(() -> gateway.metric("holdfast_relays_ended_total") == 1);
    }
  }

  @Test
  void aClientThatNeverSpeaksIsPingedThenEnded() throws Exception {
    try (RawBackend backend = RawBackend.start(RawBackend::silent);
        GatewayProcess gateway =
            GatewayProcess.start(
                Config.of(
                    "timeouts: { close: 300ms }\nkeepalive: { ping: 1s, pongTimeout: 1s }",
                    backend.url()));
        RawClient client = RawClient.webSocket(gateway.port(), "/")) {
      RawFrame ping = client.readFrame();
      assertThat(ping.opcode()).isEqualTo(RawFrame.PING);
      assertThat(client.readClose().closeCode()).isGreaterThanOrEqualTo(1011);
      gateway.log().await("no Pong in time");
    }
  }

  @Test
  void adminClosesBothSidesWithTheCode() throws Exception {
    try (RawBackend backend = RawBackend.start(RawBackend::silent);
        GatewayProcess gateway =
            GatewayProcess.start(Config.of("timeouts: { close: 300ms }", backend.url()));
        RawClient client = RawClient.webSocket(gateway.port(), "/")) {
      String id =
          gateway
              .adminGet("/api/v1/connections")
              .replaceAll("(?s).*\"id\" ?: ?\"([^\"]+)\".*", "$1");
      delete(gateway, "/api/v1/connections/" + id + "?code=4000");
      assertThat(client.readClose().closeCode()).isEqualTo(4000);
      RawFrame toBackend = RawFrame.close(4000, "");
      Soon.await().until(() -> !frames(backend).isEmpty());
      assertThat(frames(backend).charAt(0)).isEqualTo((char) 0x88);
      assertThat(code(frames(backend))).isEqualTo(toBackend.closeCode());
    }
  }

  private static String frames(RawBackend backend) {
    String all = backend.received();
    return all.substring(all.indexOf("\r\n\r\n") + 4);
  }

  /** The code of a masked Close. */
  private static int code(String frame) {
    return (frame.charAt(2) ^ frame.charAt(6)) << 8 | (frame.charAt(3) ^ frame.charAt(7));
  }

  private static void delete(GatewayProcess gateway, String path)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(gateway.admin(path)).DELETE().build();
    var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isBetween(200, 204);
  }
}
