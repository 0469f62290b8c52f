package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that have ended their side while something has to wait, for them or for the backend. */
@SuppressWarnings("NullAway.Init")
class HalfClosedIT {
  private static final int PART = 100_000;

  /** Far more than the buffers of the kernel on both sides hold. */
  private static final int PARTS = 400;

  private static final String PATIENT = "timeouts: { close: 60s, write: 60s }";

  private final AtomicInteger sent = new AtomicInteger();
  private RawBackend backend;
  private GatewayProcess gateway;

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    backend.close();
  }

  private RawClient start(Wire wire, String transport, String service, RawBackend.Script script)
      throws IOException {
    backend = RawBackend.start(wire, script);
    String global = "transport: " + transport;
    gateway = GatewayProcess.start(Config.over(wire, global, "", service, backend.url()));
    Socket socket = new Socket();
    socket.setReceiveBufferSize(1 << 16);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
    return wire.over(socket);
  }

  /** Fills every buffer on the way, then lets a part of it out, twice. */
  private void readHaltingly(RawClient client, Reading part) throws IOException {
    for (int i = 0; i < PARTS; i++) {
      if (i == 0 || i == PARTS / 3) {
        Soon.awaitSteady(sent::get);
        assertThat(sent).hasValueLessThan(PARTS);
      }
      part.read(client);
    }
  }

  private interface Reading {
    void read(RawClient client) throws IOException;
  }

  @ParameterizedTest
  @CsvSource({"PLAIN, auto", "PLAIN, nio", "TLS, auto"})
  void getAllOfAnAnswer(Wire wire, String transport) throws Exception {
    RawBackend.Script script =
        visit -> {
          visit.readHead();
          visit.write("HTTP/1.1 200 OK\r\nContent-Length: " + PARTS * PART + "\r\n\r\n");
          for (int i = 0; i < PARTS; i++) {
            visit.write(new byte[PART]);
            sent.incrementAndGet();
          }
          visit.readToEnd();
        };
    try (RawClient client = start(wire, transport, PATIENT, script)) {
      client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      client.finish();
      assertThat(client.readHead().status()).isEqualTo(200);
      readHaltingly(client, c -> assertThat(c.read(PART)).hasSize(PART));
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"PLAIN, true", "PLAIN, false", "TLS, true", "TLS, false"})
  void getAllMessagesAndTheClose(Wire wire, boolean withClose) throws Exception {
    try (RawClient client = start(wire, "auto", PATIENT, this::messages)) {
      client.write(RawClient.upgrade("/"));
      assertThat(client.readHead().status()).isEqualTo(101);
      if (withClose) {
        client.write(RawFrame.close(4000, "enough"));
      }
      client.finish();
      readHaltingly(client, c -> assertThat(c.readFrame().payload()).hasSize(PART));
      assertThat(client.readFrame().closeCode()).isEqualTo(4001);
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  /** Sends all its messages once the client has ended, then its Close. */
  private void messages(RawBackend.Visit visit) throws IOException {
    visit.upgrade();
    String handshake = visit.received();
    while (visit.received().equals(handshake)) {
      assertThat(visit.read()).isTrue();
    }
    for (int i = 0; i < PARTS; i++) {
      visit.write(RawFrame.of(RawFrame.BINARY, new byte[PART]));
      sent.incrementAndGet();
    }
    visit.write(RawFrame.close(4001, "done"));
    visit.readToEnd();
  }

  /** Noticed at the latest when the time for a close is over. */
  @ParameterizedTest
  @CsvSource({"PLAIN, auto", "PLAIN, nio", "TLS, auto"})
  void areEndedByAResetWhileTheBackendHasToWait(Wire wire, String transport) throws Exception {
    String service = "timeouts: { close: 500ms, write: off }";
    RawBackend.Script flood =
        visit -> {
          visit.upgrade();
          while (true) {
            visit.write(RawFrame.of(RawFrame.BINARY, new byte[PART]));
            sent.incrementAndGet();
          }
        };
    try (RawClient client = start(wire, transport, service, flood).upgraded("/")) {
      Soon.awaitSteady(sent::get);
      client.finish();
      client.reset();
      awaitEnd();
      assertThat(gateway.metric("holdfast_relays_ended_total", "client", "1006")).isEqualTo(1);
    }
  }

  /** Noticed at the latest when the time for progress is over. */
  @ParameterizedTest
  @CsvSource({"PLAIN, auto", "PLAIN, nio", "TLS, auto"})
  void areEndedByAResetWhileTheBackendDoesNotRead(Wire wire, String transport) throws Exception {
    String service = "timeouts: { close: 1s, write: 1s }";
    CountDownLatch over = new CountDownLatch(1);
    RawBackend.Script deaf =
        visit -> {
          visit.upgrade();
          try {
            over.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        };
    try (RawClient client = start(wire, transport, service, deaf).upgraded("/")) {
      Thread flood = Thread.ofVirtual().start(() -> flood(client));
      Soon.awaitSteady(sent::get);
      client.finish();
      client.reset();
      flood.join();
      awaitEnd();
      assertThat(gateway.metric("holdfast_relays_reset_total")).isEqualTo(1);
    } finally {
      over.countDown();
    }
  }

  private void flood(RawClient client) {
    try {
      while (true) {
        client.write(RawFrame.of(RawFrame.BINARY, new byte[PART]));
        sent.incrementAndGet();
      }
    } catch (IOException e) {
      // It was reset, as is planned.
    }
  }

  private void awaitEnd() {
    Soon.await().until(() -> gateway.metric("holdfast_relays_ended_total") == 1);
    Soon.await().until(() -> gateway.metric("holdfast_connections_active") == 0);
  }
}
