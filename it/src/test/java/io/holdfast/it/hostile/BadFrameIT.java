package io.holdfast.it.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.harness.TcpSockets;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames that break RFC 6455 or a limit, from either side, and peers that leave in bad ways. */
@EnumSource(Wire.class)
class BadFrameIT extends OneBackend {
  private static final RawFrame HELLO = RawFrame.text("hello");
  private static final byte[] ONE = {1};

  BadFrameIT() {
    super(
        RawBackend::silent,
        "",
        "admit: { maxMessage: 1000, maxFrame: 600 }",
        "timeouts: { close: 100ms }");
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] frame(boolean fin, int rsv, int opcode, int length) {
    return new RawFrame(fin, rsv, opcode, new byte[length]).masked();
  }

  static Stream<Arguments> fromClients() {
    return Stream.of(
        arguments("length 2^63", bytes(0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4), 1002),
        arguments("length 2^62", bytes(0x82, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4), 1009),
        arguments("RSV1 without compression", frame(true, 4, RawFrame.TEXT, 1), 1002),
        arguments("RSV3", frame(true, 1, RawFrame.TEXT, 1), 1002),
        arguments("RSV1 on a Ping", frame(true, 4, RawFrame.PING, 1), 1002),
        arguments("opcode 3", frame(true, 0, 3, 1), 1002),
        arguments("opcode 11", frame(true, 0, 11, 1), 1002),
        arguments("Ping in fragments", frame(false, 0, RawFrame.PING, 1), 1002),
        arguments("Close in fragments", frame(false, 0, RawFrame.CLOSE, 2), 1002),
        arguments("Ping of 126 bytes", frame(true, 0, RawFrame.PING, 126), 1002),
        arguments("Close of 126 bytes", frame(true, 0, RawFrame.CLOSE, 126), 1002),
        arguments("length in too many bytes", bytes(0x82, 0xfe, 0, 1, 0, 0, 0, 0, 9), 1002),
        arguments("not masked", HELLO.unmasked(), 1002),
        arguments("continuation of nothing", frame(true, 0, RawFrame.CONTINUATION, 1), 1002),
        arguments(
            "message in a message",
            join(frame(false, 0, RawFrame.TEXT, 1), frame(true, 0, RawFrame.TEXT, 1)),
            1002),
        arguments("frame over maxFrame", frame(true, 0, RawFrame.BINARY, 601), 1009),
        arguments(
            "message over maxMessage",
            join(frame(false, 0, RawFrame.BINARY, 600), frame(true, 0, 0, 500)),
            1009),
        arguments("Close of one byte", RawFrame.of(RawFrame.CLOSE, ONE).masked(), 1002),
        arguments("Close 0", RawFrame.close(0, "").masked(), 1002),
        arguments("Close 999", RawFrame.close(999, "").masked(), 1002),
        arguments("Close 1004", RawFrame.close(1004, "").masked(), 1002),
        arguments("Close 1005", RawFrame.close(1005, "").masked(), 1002),
        arguments("Close 1006", RawFrame.close(1006, "").masked(), 1002),
        arguments("Close 1015", RawFrame.close(1015, "").masked(), 1002),
        arguments("Close 2999", RawFrame.close(2999, "").masked(), 1002),
        arguments("Close 5000", RawFrame.close(5000, "").masked(), 1002),
        arguments("Close 65535", RawFrame.close(65535, "").masked(), 1002));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("fromClients")
  void aClientIsClosedWithACode(String name, byte[] bad, int code) throws Exception {
    String errors = "holdfast_protocol_errors_total{code=\"" + code + "\",leg=\"client\"";
    double before = gateway.metric(errors);
    try (RawClient client = webSocket()) {
      client.write(join(HELLO.masked(), bad, RawFrame.text("after").masked()));

      assertThat(client.readClose().closeCode()).isEqualTo(code);
      assertThat(client.readToEnd()).isEmpty();
    }
    Soon.await().until(() -> backend.visits().stream().allMatch(RawBackend.Visit::over));
    String received = backend.received();
    String frames = received.substring(received.indexOf("\r\n\r\n") + 4);
    assertThat(frames).startsWith(new String(HELLO.masked(), ISO_8859_1));
    assertThat(frames).doesNotContain(new String(RawFrame.text("after").masked(), ISO_8859_1));
    assertThat(gateway.metric(errors)).isEqualTo(before + 1);
  }

  static Stream<Arguments> fromBackends() {
    return Stream.of(
        arguments("masked", HELLO.masked()),
        arguments("RSV1", new RawFrame(true, 4, RawFrame.TEXT, ONE).unmasked()),
        arguments("opcode 3", RawFrame.of(3, ONE).unmasked()),
        arguments("length 2^63", bytes(0x82, 0x7f, 0x80, 0, 0, 0, 0, 0, 0, 0)),
        arguments("Ping of 126 bytes", RawFrame.of(RawFrame.PING, new byte[126]).unmasked()),
        arguments("Close 1006", RawFrame.close(1006, "").unmasked()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("fromBackends")
  void aBackendThatBreaksTheProtocolIsEnded(String name, byte[] bad) throws Exception {
    backend.script(visit -> {
      visit.upgrade();
      visit.write(join(HELLO.unmasked(), bad));
      visit.readToEnd();
    });
    String errors = "holdfast_protocol_errors_total{code=\"1002\",leg=\"backend\"";
    double before = gateway.metric(errors);
    try (RawClient client = webSocket()) {
      assertThat(client.readFrame().text()).isEqualTo("hello");
      RawFrame close = client.readFrame();
      assertThat(close.opcode()).isEqualTo(RawFrame.CLOSE);
      assertThat(close.closeCode()).isEqualTo(1011);
    }
    Soon.await().until(() -> backend.visits().stream().allMatch(RawBackend.Visit::over));
    assertThat(gateway.metric(errors)).isEqualTo(before + 1);
  }

  @Test
  void nothingIsPassedBehindAClose() throws Exception {
    try (RawClient client = webSocket()) {
      client.write(join(RawFrame.close(4001, "bye").masked(), HELLO.masked()));

      // The backend does not answer: the gateway does in its place, at the end of its patience.
      assertThat(client.readFrame().closeCode()).isEqualTo(4001);
      assertThat(client.readToEnd()).isEmpty();
    }
    Soon.await().until(() -> backend.visits().stream().allMatch(RawBackend.Visit::over));
    String close = new String(RawFrame.close(4001, "bye").masked(), ISO_8859_1);
    assertThat(backend.received()).endsWith("\r\n\r\n" + close);
  }

  @Test
  void aClientThatLeavesInsideAFrameResetsTheBackend() throws Exception {
    double resets = gateway.metric("holdfast_relays_reset_total");
    try (RawClient client = webSocket()) {
      client.write(Arrays.copyOf(frame(true, 0, RawFrame.BINARY, 500), 100));
      Soon.await().until(() -> backend.received().length() > 250);
    }
    Soon.await().until(() -> backend.visits().stream().allMatch(RawBackend.Visit::broken));
    Soon.await().until(() -> gateway.metric("holdfast_relays_reset_total") > resets);
  }

  @Test
  void aClientThatEndsItsSideWithTheHandshakeIsNotKept() throws Exception {
    double before = gateway.metric("holdfast_relays_ended_total");
    CompletableFuture<Socket> of = new CompletableFuture<>();
    backend.script(visit -> {
      visit.readHead();
      // The client's end arrives before the answer.
      Socket socket = of.join();
      Soon.await().until(() -> TcpSockets.halfClosed(socket.getPort(), socket.getLocalPort()));
      visit.write(RawBackend.switching(visit.accept()));
      visit.readToEnd();
    });
    try (RawClient client = connect()) {
      of.complete(client.socket());
      client.write(RawClient.upgrade("/"));
      client.finish();
      assertThat(client.readHead().status()).isEqualTo(101);
      assertThat(client.endsCleanly()).isTrue();
    }
    Soon.await().until(() -> gateway.metric("holdfast_relays_ended_total") > before);
  }

  @Test
  void aBackendThatEndsItsSideAtABoundaryClosesTheClientWithACode() throws Exception {
    backend.script(visit -> {
      visit.upgrade();
      visit.write(HELLO);
      visit.socket().shutdownOutput();
      visit.readToEnd();
    });
    try (RawClient client = webSocket()) {
      assertThat(client.readFrame().text()).isEqualTo("hello");
      assertThat(client.readFrame().closeCode()).isEqualTo(1012);
    }
  }

  @Test
  void aBackendThatLeavesInsideAFrameResetsTheClient() throws Exception {
    backend.script(visit -> {
      visit.upgrade();
      visit.write(Arrays.copyOf(new RawFrame(true, 0, 2, new byte[100]).unmasked(), 50));
    });
    try (RawClient client = webSocket()) {
      assertThat(client.endsCleanly()).isFalse();
    }
  }

  @Test
  void framesThatComeByteByByteArrive() throws Exception {
    try (RawClient client = webSocket()) {
      for (byte b : HELLO.masked()) {
        client.write(new byte[] {b});
      }
      Soon.await().until(() -> backend.received().endsWith(new String(HELLO.masked(), ISO_8859_1)));
    }
  }

  @Test
  void givesBackEveryFileDescriptor() throws Exception {
    int before = gateway.openFiles();
    for (int i = 0; i < 200; i++) {
      try (RawClient client = webSocket()) {
        client.write(i % 2 == 0 ? HELLO.unmasked() : new byte[] {(byte) 0x82});
        if (i % 4 == 1) {
          client.reset();
        }
      }
    }
    Soon.await().until(() -> gateway.openFiles() <= before + 4);
    Soon.await().until(() -> gateway.metric("holdfast_relays_active") == 0);
    gateway.assertHealthy();
  }
}
