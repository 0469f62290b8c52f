package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.harness.RawHead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS that ends without TCP, and TCP that ends without TLS (RFC 8446 section 6.1). */
@EnumSource(value = Wire.class, names = "TLS")
class TlsEndIT extends OneBackend {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  TlsEndIT() {
    super(RawBackend::ok, "", "", "timeouts: { close: 300ms }");
  }

  /** How a backend ends a connection. */
  enum End {
    /** The close_notify alone. */
    TLS,
    /** FIN alone. */
    TCP;

    void of(RawBackend.Visit visit) throws IOException {
      if (this == TCP) {
        visit.tcp().shutdownOutput();
      } else {
        visit.socket().shutdownOutput();
      }
    }
  }

  /** Before any timeout could end it. */
  private static ConditionFactory promptly() {
    return Soon.await().atMost(Duration.ofSeconds(8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhal"})
  void aClientThatEndsTlsInARequestIsGone(String request) throws Exception {
    backend.script(RawBackend.Visit::readToEnd);
    try (RawClient client = connect()) {
      client.write(request);
      if (request.endsWith("hal")) {
        Soon.await().until(() -> backend.received().endsWith("hal"));
      }
      client.closeNotify();
      assertThat(client.endsCleanly()).isTrue();
      promptly().until(() -> gateway.metric("holdfast_connections_active") == 0);
      promptly().until(() -> backend.visits().stream().allMatch(RawBackend.Visit::over));
    }
  }

  @Test
  void aClientThatEndsTlsBehindItsRequestIsGone() throws Exception {
    backend.script(RawBackend.Visit::readToEnd);
    try (RawClient client = connect()) {
      client.write(GET);
      Soon.await().until(() -> backend.received().endsWith("\r\n\r\n"));
      client.closeNotify();
      assertThat(client.endsCleanly()).isTrue();
      promptly().until(() -> backend.visits().getFirst().over());
    }
  }

  @Test
  void aClientThatEndsTlsBetweenRequestsIsGone() throws Exception {
    try (RawClient client = connect()) {
      client.write(GET);
      assertThat(client.readBody(client.readHead())).isEqualTo("ok");
      client.closeNotify();
      assertThat(client.endsCleanly()).isTrue();
      promptly().until(() -> gateway.metric("holdfast_connections_active") == 0);
    }
  }

  @Test
  void aClientThatEndsTlsEndsItsRelay() throws Exception {
    backend.script(RawBackend::silent);
    double lost = gateway.metric("holdfast_relays_ended_total", "client", "1006");
    try (RawClient client = webSocket()) {
      client.write(RawFrame.text("last"));
      client.closeNotify();
      assertThat(client.endsCleanly()).isTrue();
      promptly()
          .until(() -> gateway.metric("holdfast_relays_ended_total", "client", "1006") == lost + 1);
    }
    String frames = backend.received().split("\r\n\r\n", 2)[1];
    byte[] last = RawFrame.text("last").masked();
    assertThat(frames).startsWith(new String(last, StandardCharsets.ISO_8859_1));
    assertThat(frames.charAt(last.length)).isEqualTo((char) 0x88);
  }

  @ParameterizedTest
  @EnumSource
  void aBackendThatEndsInARelayClosesTheClientWithACode(End end) throws Exception {
    backend.script(visit -> {
      visit.upgrade();
      visit.write(RawFrame.text("last"));
      end.of(visit);
      visit.readToEnd();
    });
    try (RawClient client = webSocket()) {
      assertThat(client.readFrame().text()).isEqualTo("last");
      assertThat(client.readFrame().closeCode()).isEqualTo(1012);
      assertThat(client.readToEnd()).isEmpty();
    }
    promptly().until(() -> gateway.metric("holdfast_relays_active") == 0);
  }

  /** Of an answer without a length, which ends with its connection. */
  @ParameterizedTest
  @EnumSource
  void anAnswerWithoutALengthIsWholeOnlyBehindACloseNotify(End end) throws Exception {
    backend.script(visit -> {
      visit.readHead();
      visit.write("HTTP/1.1 200 OK\r\n\r\nall of it");
      end.of(visit);
      visit.readToEnd();
    });
    try (RawClient client = connect()) {
      client.write(GET);
      RawHead head = client.readHead();
      assertThat(head.status()).isEqualTo(200);
      assertThat(new String(client.read(14), StandardCharsets.ISO_8859_1))
          .isEqualTo("9\r\nall of it\r\n");
      if (end == End.TLS) {
        assertThat(client.read(5)).asString().isEqualTo("0\r\n\r\n");
      } else {
        assertThat(client.readToEnd()).isEmpty();
        gateway.log().await("answer broken off: no close_notify");
      }
    }
    promptly().until(() -> backend.visits().getFirst().over());
  }

  @Test
  void aPooledBackendThatEndsTlsIsNotUsedAgain() throws Exception {
    backend.script(visit -> {
      visit.readHead();
      visit.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      End.TLS.of(visit);
      visit.readToEnd();
    });
    double failures = gateway.metric("holdfast_backend_failures_total");
    try (RawClient client = connect()) {
      for (int i = 1; i <= 3; i++) {
        client.write(GET);
        assertThat(client.readBody(client.readHead())).isEqualTo("ok");
        promptly().until(() -> backend.visits().stream().allMatch(RawBackend.Visit::over));
        assertThat(backend.visits()).hasSize(i);
      }
    }
    assertThat(gateway.metric("holdfast_backend_failures_total")).isEqualTo(failures);
  }
}
