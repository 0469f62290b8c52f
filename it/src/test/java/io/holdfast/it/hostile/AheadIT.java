package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawHead;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sends before it is that request's turn. */
@EnumSource(Wire.class)
class AheadIT extends OneBackend {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final int MIB = 1 << 20;
  private static final int MOST = 200;

  AheadIT() {
    super(RawBackend::ok, "", "", "timeouts: { response: 20s, handshake: 20s }");
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new IOException("the test never let the backend go on");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** A WebSocket's first messages count as well, before it is one. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isNotReadWithoutBound(boolean handshake) throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    backend.script(visit -> {
      visit.readHead();
      await(answer);
      visit.write(
          handshake
              ? RawBackend.switching(visit.accept())
              : "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
      visit.readToEnd();
    });
    long before = gateway.residentBytes();
    try (RawClient client = connect()) {
      client.write(handshake ? RawClient.upgrade("/") : GET);
      AtomicInteger sent = new AtomicInteger();
      Thread flood =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (sent.get() < MOST) {
                    client.write(new byte[MIB]);
                    sent.incrementAndGet();
                  }
                } catch (IOException e) {
                  // It was closed at the end of the test.
                }
              });
      Soon.awaitSteady(sent::get);
      assertThat(sent).as("the kernel's buffers take some").hasValueLessThan(60);
      assertThat(gateway.residentBytes() - before).isLessThan(100L * MIB);
      answer.countDown();
      assertThat(client.readHead().status()).isEqualTo(handshake ? 101 : 503);
      client.reset();
      flood.join();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 300_000})
  void aBodyThatIsHereAlreadyGoesOnToTheBackend(int length) throws Exception {
    String head = "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
    try (RawClient client = connect()) {
      for (int i = 0; i < 20; i++) {
        client.write(GET + head + "b".repeat(length));
        for (int answers = 0; answers < 2; answers++) {
          RawHead answer = client.readHead();
          assertThat(answer.status()).isEqualTo(200);
          assertThat(client.readBody(answer)).isEqualTo("ok");
        }
      }
    }
  }

  @Test
  void whatTheNextRequestOfABackendsConnectionBeginsWithIsNotForAnyClientToSay() throws Exception {
    try (RawClient client = connect()) {
      client.write("GET / HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key1: 1\r\n");
      client.write("Sec-WebSocket-Key2: 2\r\n\r\nGET /x H");
      assertThat(client.readHead().status()).isEqualTo(400);
    }
    try (RawClient other = connect()) {
      other.write(GET);
      assertThat(other.readBody(other.readHead())).isEqualTo("ok");
    }
    assertThat(backend.received()).doesNotContain("/x");
  }

  @ParameterizedTest
  @CsvSource({"HEAD, surplus", "GET, HTTP/1.1 200 OK"})
  void whatABackendSaysBehindItsAnswerIsNoPartOfTheNext(String method, String surplus)
      throws Exception {
    backend.script(visit -> {
      visit.readHead();
      visit.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" + surplus);
      visit.readToEnd();
    });
    try (RawClient client = connect()) {
      for (int i = 0; i < 10; i++) {
        client.write(method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void aClientThatIsRefusedForWantOfABackendKeepsItsConnection() throws Exception {
    try (GatewayProcess other = GatewayProcess.start(Config.over(wire, "", "", "", backend.url()));
        RawClient client = wire.connect(other.port())) {
      other.told(0, "down", "127.0.0.1:" + backend.port());
      for (int i = 0; i < 3; i++) {
        client.write(GET);
        RawHead head = client.readHead();
        assertThat(head.status()).isEqualTo(503);
        assertThat(head.header("connection")).isNull();
        assertThat(client.readBody(head)).isNotEmpty();
      }
    }
  }
}
