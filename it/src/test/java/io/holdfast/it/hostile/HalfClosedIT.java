package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that have ended their side and read so slowly that writes to them have to wait. */
@SuppressWarnings("NullAway.Init")
class HalfClosedIT {
  private static final int PART = 100_000;
  private static final int PARTS = 200;

  private final AtomicInteger sent = new AtomicInteger();
  private RawBackend backend;
  private GatewayProcess gateway;

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    backend.close();
  }

  private RawClient start(String transport, RawBackend.Script script) throws IOException {
    backend = RawBackend.start(script);
    String global = "transport: " + transport;
    String service = "timeouts: { close: 20s, write: 20s }";
    gateway = GatewayProcess.start(Config.full(global, "", service, backend.url()));
    Socket socket = new Socket();
    socket.setReceiveBufferSize(1 << 16);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
    return RawClient.over(socket);
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
  @ValueSource(strings = {"auto", "nio"})
  void getAllOfAnAnswer(String transport) throws Exception {
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
    try (RawClient client = start(transport, script)) {
      client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      client.finish();
      assertThat(client.readHead().status()).isEqualTo(200);
      readHaltingly(client, c -> assertThat(c.read(PART)).hasSize(PART));
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void getAllMessagesAndTheClose(boolean withClose) throws Exception {
    try (RawClient client = start("auto", this::messages)) {
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
}
