package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.harness.RawHead;
import java.io.ByteArrayOutputStream;
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
import org.junit.jupiter.params.provider.EnumSource;

/** Limits on clients: connections, slow heads, peers that do not read or do not speak. */
class LimitsIT {
  private static final int FLOOD = 100_000;
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
          assertThat(head.header("retry-after")).matches("[1-9]|10");
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

  /** Sends 100,000 bytes of frames again and again, and counts. */
  private static RawBackend.Script flood(int frameLength, AtomicInteger sent) {
    byte[] frame = RawFrame.of(RawFrame.BINARY, new byte[frameLength]).unmasked();
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    while (frames.size() < FLOOD) {
      frames.writeBytes(frame);
    }
    return visit -> {
      visit.upgrade();
      while (true) {
        visit.write(frames.toByteArray());
        sent.incrementAndGet();
      }
    };
  }

  /** What the kernel's buffers on both sides hold, and little more. */
  private static void assertStopped(GatewayProcess gateway, long before, AtomicInteger sent)
      throws IOException {
    Soon.awaitSteady(sent::get);
    assertThat(sent.get()).isLessThan(600);
    assertThat(gateway.residentBytes() - before).isLessThan(100L << 20);
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatNeverReadsStopsTheBackendAndIsEnded(Wire wire) throws Exception {
    AtomicInteger sent = new AtomicInteger();
    String service = "timeouts: { write: 2s, close: 1s }";
    try (RawBackend backend = RawBackend.start(wire, flood(FLOOD, sent));
        GatewayProcess gateway =
            GatewayProcess.start(Config.over(wire, "", "", service, backend.url()))) {
      gateway.metrics();
      long before = gateway.residentBytes();
      try (RawClient client = wire.webSocket(gateway.port(), "/")) {
        assertStopped(gateway, before, sent);
        Soon.await().until(() -> gateway.metric("holdfast_relays_ended_total") == 1);
        assertThat(gateway.metric("holdfast_relays_reset_total")).isEqualTo(1);
        assertThat(client.endsCleanly()).isFalse();
        gateway.log().await("client does not read");
        assertThat(gateway.log().matching(" WARN ")).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatClosesAndNeverReadsStaysBounded(Wire wire) throws Exception {
    AtomicInteger sent = new AtomicInteger();
    String service = "timeouts: { close: 2s, write: off }";
    try (RawBackend backend = RawBackend.start(wire, flood(FLOOD, sent));
        GatewayProcess gateway =
            GatewayProcess.start(Config.over(wire, "", "", service, backend.url()))) {
      gateway.metrics();
      long before = gateway.residentBytes();
      try (RawClient client = wire.webSocket(gateway.port(), "/")) {
        client.write(RawFrame.close(1000, ""));
        assertStopped(gateway, before, sent);
        Soon.await().until(() -> gateway.metric("holdfast_relays_ended_total") == 1);
        assertThat(gateway.metric("holdfast_relays_reset_total")).isEqualTo(1);
        assertThat(client.endsCleanly()).isFalse();
        assertThat(gateway.log().matching(" WARN ")).isEmpty();
      }
    }
  }

  /** Frames of 64 bytes fill every buffer to its end, so that a Close can be written. */
  @ParameterizedTest
  @CsvSource({"PLAIN, 62", "PLAIN, 100000", "TLS, 62", "TLS, 100000"})
  void aClientThatNeverReadsItsCloseIsReset(Wire wire, int frame) throws Exception {
    AtomicInteger sent = new AtomicInteger();
    String service = "timeouts: { close: 1s, write: off }";
    try (RawBackend backend = RawBackend.start(wire, flood(frame, sent));
        GatewayProcess gateway =
            GatewayProcess.start(Config.over(wire, "", "", service, backend.url()));
        RawClient client = wire.webSocket(gateway.port(), "/")) {
      Soon.awaitSteady(sent::get);
      delete(gateway, "/api/v1/connections/" + onlyId(gateway) + "?code=4000");
      Soon.await().until(() -> gateway.metric("holdfast_relays_ended_total", "4xxx") == 1);
      assertThat(gateway.metric("holdfast_relays_reset_total")).isEqualTo(1);
      assertThat(client.endsCleanly()).isFalse();
      assertThat(gateway.log().matching(" WARN ")).isEmpty();
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
      delete(gateway, "/api/v1/connections/" + onlyId(gateway) + "?code=4000");
      assertThat(client.readClose().closeCode()).isEqualTo(4000);
      RawFrame toBackend = RawFrame.close(4000, "");
      Soon.await().until(() -> !frames(backend).isEmpty());
      assertThat(frames(backend).charAt(0)).isEqualTo((char) 0x88);
      assertThat(code(frames(backend))).isEqualTo(toBackend.closeCode());
    }
  }

  private static String onlyId(GatewayProcess gateway) throws IOException, InterruptedException {
    String connections = gateway.adminGet("/api/v1/connections");
    return connections.replaceAll("(?s).*\"id\" ?: ?\"([^\"]+)\".*", "$1");
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
