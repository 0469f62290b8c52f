package io.holdfast.it.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.harness.RawHead;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that send a byte at a time: bounded in a head, and served everywhere else. */
@EnumSource(Wire.class)
class DripIT extends OneBackend {
  private static final long PACE_MILLIS = 30;
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  /** Takes longer than a Ping and the time for its Pong together. */
  private static final List<RawFrame> FRAMES =
      List.of(
          RawFrame.text("t".repeat(126)),
          RawFrame.of(RawFrame.PING, "own".getBytes(ISO_8859_1)),
          new RawFrame(false, 0, RawFrame.BINARY, new byte[5]),
          new RawFrame(true, 0, RawFrame.CONTINUATION, new byte[5]));

  private final List<RawFrame> received = new CopyOnWriteArrayList<>();

  DripIT() {
    super(
        RawBackend::ok,
        "limits: { headTimeout: 2s }",
        "",
        "timeouts: { response: 1500ms, close: 300ms }\nkeepalive: { ping: 200ms, pongTimeout: 4s }");
  }

  @BeforeEach
  void forgetFrames() {
    received.clear();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHeadEndsAtItsTimeoutHoweverMuchComes(boolean first) throws Exception {
    double before = gateway.metric("holdfast_bad_requests_total", "head_timeout");
    try (RawClient client = connect()) {
      if (!first) {
        client.write(GET);
        assertThat(client.readBody(client.readHead())).isEqualTo("ok");
      }
      byte[] endless = GET.replace("\r\n\r\n", "\r\nX: " + "x".repeat(5000)).getBytes(ISO_8859_1);
      try (Drip drip = Drip.of(client::write, endless, PACE_MILLIS)) {
        RawHead head = client.readHead();
        assertThat(head.status()).isEqualTo(408);
        assertThat(client.readBody(head)).startsWith("408 ");
        assertThat(drip.ended()).isFalse();
      }
    }
    assertThat(gateway.metric("holdfast_bad_requests_total", "head_timeout")).isEqualTo(before + 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 120\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n78\r\n"})
  void aBodyMayTakeLongerThanTheTimeoutForTheAnswer(String begin) throws Exception {
    String body = "b".repeat(120) + (begin.contains("chunked") ? "\r\n0\r\n\r\n" : "");
    try (RawClient client = connect()) {
      client.write("POST / HTTP/1.1\r\nHost: a\r\n" + begin);
      try (Drip drip = Drip.of(client::write, body.getBytes(ISO_8859_1), PACE_MILLIS)) {
        drip.awaitEnd();
        assertThat(client.readBody(client.readHead())).isEqualTo("ok");
      }
    }
  }

  @Test
  void aBodyThatStopsIsEndedBySilence() throws Exception {
    double failures = gateway.metric("holdfast_backend_failures_total");
    try (RawClient client = connect()) {
      client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
      try (Drip drip = Drip.of(client::write, new byte[50], PACE_MILLIS)) {
        drip.awaitEnd();
        RawHead head = client.readHead();
        assertThat(head.status()).isEqualTo(408);
        assertThat(head.header("connection")).isEqualTo("close");
      }
    }
    Soon.await().until(() -> backend.visits().getFirst().over());
    assertThat(gateway.metric("holdfast_backend_failures_total")).isEqualTo(failures);
  }

  private static byte[] bytes(boolean masked) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    FRAMES.forEach(frame -> all.writeBytes(masked ? frame.masked() : frame.unmasked()));
    return all.toByteArray();
  }

  /** Whether a Ping of the gateway has come: with its token, of eight bytes. */
  private static boolean isPing(RawFrame frame) {
    return frame.opcode() == RawFrame.PING && frame.payload().length == 8;
  }

  private static void assertWhole(List<RawFrame> frames) {
    List<RawFrame> whole = new ArrayList<>(frames);
    whole.removeIf(frame -> isPing(frame) || frame.opcode() == RawFrame.PONG);
    assertThat(whole).usingRecursiveFieldByFieldElementComparator().isEqualTo(FRAMES);
  }

  /** How often a leg was taken for dead. */
  private double missed(String leg) throws IOException, InterruptedException {
    return gateway.metric("holdfast_pongs_missed_total", "leg=\"" + leg + "\"");
  }

  @Test
  void framesOfAClientArriveWholeWithPingsBetweenThem() throws Exception {
    double missed = missed("backend");
    backend.script(visit -> {
      visit.upgrade();
      DataInputStream in = new DataInputStream(visit.socket().getInputStream());
      while (true) {
        RawFrame frame = RawFrame.read(in);
        received.add(frame);
        if (frame.opcode() == RawFrame.PING) {
          visit.write(RawFrame.of(RawFrame.PONG, frame.payload()));
        }
      }
    });
    try (RawClient client = webSocket()) {
      Soon.await().until(() -> received.stream().anyMatch(DripIT::isPing));
      try (Drip drip = Drip.of(client::write, bytes(true), PACE_MILLIS)) {
        drip.awaitEnd();
      }
      Soon.await().until(() -> isPing(received.getLast()));
      assertWhole(received);
      assertThat(missed("backend")).isEqualTo(missed);
    }
  }

  @Test
  void framesOfABackendArriveWholeWithPingsBetweenThem() throws Exception {
    double missed = missed("client");
    backend.script(visit -> {
      visit.upgrade();
      try (Drip drip = Drip.of(visit::write, bytes(false), PACE_MILLIS)) {
        drip.awaitEnd();
        visit.readToEnd();
      }
    });
    try (RawClient client = webSocket()) {
      while (received.stream().filter(f -> !isPing(f)).count() < FRAMES.size()
          || !isPing(received.getLast())) {
        RawFrame frame = client.readFrame();
        received.add(frame);
        if (frame.opcode() == RawFrame.PING) {
          client.write(RawFrame.of(RawFrame.PONG, frame.payload()));
        }
      }
      assertWhole(received);
      assertThat(missed("client")).isEqualTo(missed);
    }
  }
}
