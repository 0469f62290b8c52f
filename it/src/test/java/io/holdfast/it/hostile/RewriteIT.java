package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Paths that a route rewrites, as the backend sees them: in handshakes and in other requests. */
@SuppressWarnings("NullAway.Init")
class RewriteIT {
  private static RawBackend backend;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws IOException {
    backend = RawBackend.start(RewriteIT::tell);
    gateway =
        GatewayProcess.start(
            """
            listeners: [{ bind: 127.0.0.1:0 }]
            routes:
              - { name: plain, service: s }
              - { name: strip, match: { path: /strip/** }, service: s,
                  rewrite: { stripPrefix: /strip } }
              - { name: deep, match: { path: /deep/** }, service: s,
                  rewrite: { stripPrefix: /%64eep/a%2fb } }
              - { name: add, match: { path: /add/** }, service: s,
                  rewrite: { addPrefix: /v2 } }
              - { name: both, match: { path: /both/** }, service: s,
                  rewrite: { stripPrefix: /both, addPrefix: /ws } }
              - { name: replace, match: { path: /replace/** }, service: s,
                  rewrite: { replacePath: /fixed%20path } }
              - { name: base, match: { path: /base/** }, service: under,
                  rewrite: { stripPrefix: /base } }
            services:
              s: { backends: [BACKEND] }
              under: { backends: [BACKEND/below] }
            """
                .replace("BACKEND", backend.url()));
  }

  @AfterAll
  static void stop() throws IOException {
    backend.close();
    gateway.close();
  }

  /** Answers with the target that it was asked for. */
  private static void tell(RawBackend.Visit visit) throws IOException {
    visit.readHead();
    String target = "X-Target: " + visit.received().split(" ", 3)[1] + "\r\n";
    if (visit.received().contains("Sec-WebSocket-Key")) {
      visit.write(RawBackend.switching(visit.accept()).replace("Upgrade:", target + "Upgrade:"));
    } else {
      visit.write(
          "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n" + target + "\r\n");
    }
  }

  private static String seen(String request, int status) throws IOException {
    try (RawClient client = RawClient.connect(gateway.port())) {
      client.write(request);
      var head = client.readHead();
      assertThat(head.status()).isEqualTo(status);
      return String.valueOf(head.header("x-target"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/other/a%2Fb?x=1, /other/a%2Fb?x=1",
    "/strip/a/b?x=1&y=%2F, /a/b?x=1&y=%2F",
    "/strip/a%2Fb%20c/%C3%A9/?q=%26, /a%2Fb%20c/%C3%A9/?q=%26",
    "/strip, /",
    "/strip/, /",
    "/strip?x=/strip/a, /?x=/strip/a",
    "/strip/strip/a, /strip/a",
    "/strip//a, //a",
    "/%73tri%70/a%70?x=%70, /a%70?x=%70",
    "/stripped/a, /stripped/a",
    "/deep/a%2Fb/c, /c",
    "/deep/%61%2fb/c, /c",
    "/deep/a/b/c, /deep/a/b/c",
    "/deep/a%2Fbc, /deep/a%2Fbc",
    "/add, /v2/add",
    "/add/, /v2/add/",
    "/add/a%20b?x=a+b, /v2/add/a%20b?x=a+b",
    "/both, /ws",
    "/both/, /ws/",
    "/both?x=1, /ws?x=1",
    "/both/room/1?x=1&x=2, /ws/room/1?x=1&x=2",
    "/replace/a/b?x=%00, /fixed%20path?x=%00",
    "/replace, /fixed%20path",
    "/base/a?x=1, /below/a?x=1",
    "http://gateway.test/both/a?x=1, /ws/a?x=1",
  })
  void theBackendSees(String target, String expected) throws Exception {
    assertThat(seen(RawClient.upgrade(target), 101)).as("handshake").isEqualTo(expected);
    String get = "GET " + target + " HTTP/1.1\r\nHost: gateway.test\r\n\r\n";
    assertThat(seen(get, 200)).as("request").isEqualTo(expected);
  }
}
