package io.holdfast.it.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.holdfast.it.harness.FreePort;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.harness.RawHead;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Backends that answer wrongly, late or not at all, alone and beside one that is fine. */
@EnumSource(Wire.class)
@SuppressWarnings("NullAway.Init")
class BadBackendIT extends OneBackend {
  private static final String SERVICE =
      """
      balance: round_robin
      timeouts: { connect: 2s, handshake: 2s, response: 2s, close: 300ms, pool: off }
      retries: { max: 1 }
      ejection: { failures: 0 }\
      """;
  private static final String WS = RawClient.upgrade("/");
  private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String POST =
      "POST /x HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\nContent-Length: 5\r\n\r\nhello";

  private RawBackend good;
  private GatewayProcess both;

  BadBackendIT() {
    super(RawBackend::ok, "", "", SERVICE);
  }

  @BeforeParameterizedClassInvocation
  void startBoth() throws IOException {
    good = RawBackend.start(wire, BadBackendIT::fine);
    both = GatewayProcess.start(Config.over(wire, "", "", SERVICE, backend.url(), good.url()));
  }

  @AfterParameterizedClassInvocation
  void stopBoth() throws IOException {
    good.close();
    both.close();
  }

  @BeforeEach
  void forgetGood() {
    good.forget();
  }

  private static void fine(RawBackend.Visit visit) throws IOException {
    visit.readHead();
    if (visit.received().contains("pgrade: websocket")) {
      visit.write(RawBackend.switching(visit.accept()));
      visit.write(RawFrame.text("good"));
      visit.readToEnd();
    } else {
      visit.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood");
      visit.readToEnd();
    }
  }

  private static RawBackend.Script answers(String answer) {
    return visit -> {
      if (visit.readHead()) {
        visit.write(answer);
        visit.readToEnd();
      }
    };
  }

  private static RawBackend.Script switches(String from, String to) {
    return visit -> {
      if (visit.readHead()) {
        boolean handshake = visit.received().contains("Sec-WebSocket-Key");
        String accept = handshake ? visit.accept() : "";
        visit.write(RawBackend.switching(accept).replace(from, to));
        visit.readToEnd();
      }
    };
  }

  private static void manyInterim(RawBackend.Visit visit) throws IOException {
    visit.readHead();
    String thousand = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(1000);
    for (int i = 0; i < 100; i++) {
      visit.write(thousand);
    }
    visit.readToEnd();
  }

  private static void endlessHead(RawBackend.Visit visit) throws IOException {
    visit.readHead();
    visit.write("HTTP/1.1 200 OK\r\n");
    String lines = "X-Again: and again and again\r\n".repeat(1000);
    for (int i = 0; i < 1000; i++) {
      visit.write(lines);
    }
  }

  /** Faults that are no answer, whatever was asked. */
  static Stream<Arguments> faults() {
    RawBackend.Script nothing = RawBackend.Visit::readToEnd;
    RawBackend.Script resetAtOnce = RawBackend.Visit::reset;
    RawBackend.Script closeAtOnce = RawBackend.Visit::readHead;
    RawBackend.Script resetLater =
        visit -> {
          visit.readHead();
          visit.reset();
        };
    String ok = "HTTP/1.1 200 OK\r\n";
    return Stream.of(
        arguments("nothing at all", nothing, 504),
        arguments("half a head", answers("HTTP/1.1 101 Switching Proto"), 504),
        arguments("a reset at the accept", resetAtOnce, 502),
        arguments("an end behind the head", closeAtOnce, 502),
        arguments("a reset behind the head", resetLater, 502),
        arguments("another protocol", answers("220 mail.test ready\r\n"), 502),
        arguments("binary noise", answers("\0\1\2\3".repeat(100) + "\r\n\r\n"), 502),
        arguments(
            "two lengths", answers(ok + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!"), 502),
        arguments(
            "length and coding",
            answers(ok + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            502),
        arguments("an unknown coding", answers(ok + "Transfer-Encoding: gzip\r\n\r\nxx"), 502),
        arguments("a negative length", answers(ok + "Content-Length: -2\r\n\r\nok"), 502),
        arguments("100,000 interim answers", (RawBackend.Script) BadBackendIT::manyInterim, 502),
        arguments("an endless head", (RawBackend.Script) BadBackendIT::endlessHead, 502));
  }

  /** Answers that are wrong only for a handshake. */
  static Stream<Arguments> handshakeFaults() {
    return Stream.concat(
        faults(),
        Stream.of(
            arguments("a wrong accept", switches("Accept: ", "Accept: x"), 502),
            arguments("no accept", switches("Sec-WebSocket-Accept", "X-Nothing"), 502),
            arguments("no Upgrade", switches("Upgrade: websocket", "X: y"), 502),
            arguments("no Connection", switches("Connection: Upgrade", "X: y"), 502)));
  }

  /** Sends until the bad backend was the first to be asked. */
  private RawClient ask(GatewayProcess gateway, String request) throws IOException {
    while (true) {
      backend.forget();
      good.forget();
      RawClient client = wire.connect(gateway.port());
      client.write(request);
      Soon.await().until(() -> !backend.visits().isEmpty() || !good.visits().isEmpty());
      if (!backend.visits().isEmpty()) {
        return client;
      }
      client.close();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("handshakeFaults")
  void aHandshakeIsTriedElsewhere(String name, RawBackend.Script script, int status)
      throws Exception {
    backend.script(script);
    double retries = both.metric("holdfast_retries_total");
    double failures = both.metric("holdfast_backend_failures_total");
    try (RawClient client = ask(both, WS)) {
      assertThat(client.readHead().status()).as(name).isEqualTo(101);
      assertThat(client.readFrame().text()).isEqualTo("good");
    }
    assertThat(backend.visits()).hasSize(1);
    assertThat(both.metric("holdfast_retries_total")).isGreaterThan(retries);
    assertThat(both.metric("holdfast_backend_failures_total")).isGreaterThan(failures);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("handshakeFaults")
  void aHandshakeWithoutAnotherBackendIsAnswered(String name, RawBackend.Script script, int status)
      throws Exception {
    backend.script(script);
    assertAnswered(WS, status);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void aGetIsTriedElsewhere(String name, RawBackend.Script script, int status) throws Exception {
    backend.script(script);
    try (RawClient client = ask(both, GET)) {
      RawHead head = client.readHead();
      while (head.status() < 200) {
        head = client.readHead();
      }
      assertThat(head.status()).as(name).isEqualTo(200);
      assertThat(client.readBody(head)).isEqualTo("good");
    }
    assertThat(backend.visits()).hasSize(1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void aRequestWithABodyIsNeverSentTwice(String name, RawBackend.Script script, int status)
      throws Exception {
    backend.script(script);
    try (RawClient client = ask(both, POST)) {
      RawHead head = client.readHead();
      while (head.status() < 200) {
        head = client.readHead();
      }
      if (head.status() == 200) {
        // The reset came before the request was sent, which may then be sent elsewhere.
        assertThat(backend.received()).isEmpty();
        return;
      }
      assertThat(head.status()).isEqualTo(status);
      assertThat(head.header("content-type")).isEqualTo("application/json");
      String id = head.header("x-request-id");
      assertThat(client.readBody(head)).contains("\"status\":" + status, "\"request\":\"" + id);
      both.log().await("\\Q" + id + "\\E");
    }
    assertThat(good.visits()).isEmpty();
    assertThat(backend.visits()).hasSize(1);
  }

  private void assertAnswered(String request, int status) throws Exception {
    try (RawClient client = connect()) {
      client.write(request);
      RawHead head = client.readHead();
      assertThat(head.status()).isEqualTo(status);
      String id = head.header("x-request-id");
      assertThat(client.readBody(head)).startsWith(status + " ").contains(String.valueOf(id));
      gateway.log().await("\\Q" + id + "\\E");
    }
    assertThat(backend.visits()).hasSize(1);
  }

  static Stream<Integer> unavailable() {
    return Stream.of(502, 503, 504);
  }

  @ParameterizedTest
  @MethodSource("unavailable")
  void theLastAnswerPassesWithItsBody(int status) throws Exception {
    backend.script(
        answers("HTTP/1.1 " + status + " No\r\nX-Own: 1\r\nContent-Length: 4\r\n\r\nbusy"));
    try (RawClient client = connect()) {
      client.write(WS);
      RawHead head = client.readHead();
      assertThat(head.status()).isEqualTo(status);
      assertThat(head.header("x-own")).isEqualTo("1");
      assertThat(client.readBody(head)).isEqualTo("busy");
    }
    try (RawClient client = ask(both, WS)) {
      assertThat(client.readHead().status()).isEqualTo(101);
    }
  }

  static Stream<Arguments> brokenAnswers() {
    return Stream.of(
        arguments("length", "Content-Length: 10\r\n\r\nhalf"),
        arguments("chunks", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
        arguments("bad chunk", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenAnswers")
  void anAnswerThatBreaksOffIsNotMadeWhole(String name, String rest) throws Exception {
    backend.script(visit -> {
      visit.readHead();
      visit.write("HTTP/1.1 200 OK\r\n" + rest);
    });
    try (RawClient client = connect()) {
      client.write(GET);
      RawHead head = client.readHead();
      assertThat(head.status()).isEqualTo(200);
      String body = new String(client.readToEnd(), ISO_8859_1);
      assertThat(body).contains("half").doesNotContain("0\r\n\r\n");
    }
    gateway.log().await("answer broken off");
  }

  /**
   * To HTTP/1.0 an answer ends with its connection, so that only a reset says that it broke off.
   */
  @Test
  void anAnswerThatBreaksOffIsNotMadeWholeForAnOldClient() throws Exception {
    backend.script(visit -> {
      visit.readHead();
      visit.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
    });
    try (RawClient client = connect()) {
      client.write("GET / HTTP/1.0\r\n\r\n");
      assertThat(client.endsCleanly()).isFalse();
    }
  }

  @Test
  void bytesBehindThe101Arrive() throws Exception {
    backend.script(visit -> {
      visit.readHead();
      byte[] frame = RawFrame.text("first").unmasked();
      String text = new String(frame, ISO_8859_1);
      visit.write(RawBackend.switching(visit.accept()) + text);
      visit.readToEnd();
    });
    try (RawClient client = webSocket()) {
      assertThat(client.readFrame().text()).isEqualTo("first");
    }
  }

  @Test
  void aRefusedConnectIsTriedElsewhereEvenWithABody() throws Exception {
    int closed = FreePort.take();
    try (GatewayProcess gateway =
        GatewayProcess.start(Config.over(wire, "", "", SERVICE, wire.url(closed), good.url()))) {
      for (int i = 0; i < 4; i++) {
        try (RawClient client = wire.connect(gateway.port())) {
          client.write(POST);
          assertThat(client.readHead().status()).isEqualTo(200);
        }
      }
      assertThat(gateway.metric("holdfast_retries_total", "connect_refused")).isEqualTo(2);
    }
  }

  @Test
  void aConnectThatHangsIsTriedElsewhere() throws Exception {
    List<Socket> fillers = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 3; i++) {
        Socket filler = new Socket();
        fillers.add(filler);
        Thread.ofVirtual().start(() -> fill(filler, full.getLocalPort()));
      }
      Soon.await().until(() -> fillers.stream().filter(Socket::isConnected).count() >= 2);
      try (GatewayProcess gateway =
          GatewayProcess.start(
              Config.over(wire, "", "", SERVICE, wire.url(full.getLocalPort()), good.url()))) {
        for (int i = 0; i < 2; i++) {
          try (RawClient client = wire.webSocket(gateway.port(), "/")) {
            assertThat(client.readFrame().text()).isEqualTo("good");
          }
        }
        assertThat(gateway.metric("holdfast_retries_total", "connect_timeout")).isEqualTo(1);
      }
    } finally {
      for (Socket filler : fillers) {
        filler.close();
      }
    }
  }

  private static void fill(Socket socket, int port) {
    try {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 20_000);
    } catch (IOException e) {
      // The backlog was full, as it should be.
    }
  }
}
