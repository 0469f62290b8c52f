package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.harness.RawHead;
import io.holdfast.it.hostile.RawBackend.Visit;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Probes of backends that are well, sick in all ways, and well again. */
@SuppressWarnings("NullAway.Init")
final class HealthIT {
  private static final String FAST =
      "interval: 50ms, downInterval: 50ms, timeout: 1s, fall: 2, rise: 2";
  private static final String WEBSOCKET =
      "health: { websocket: { path: /health, " + FAST + " } }\nbalance: round_robin";
  private static final String HTTP =
      "health: { http: { path: /health, body: well, " + FAST + " } }\nbalance: round_robin";
  private static final String TCP = "health: { tcp: { " + FAST + " } }\nbalance: round_robin";

  private RawBackend one;
  private RawBackend two;

  @BeforeEach
  void start() throws IOException {
    one = RawBackend.start(HealthIT::well);
    two = RawBackend.start(HealthIT::well);
  }

  @AfterEach
  void stop() throws IOException {
    one.close();
    two.close();
  }

  private GatewayProcess gateway(String service) throws IOException {
    return GatewayProcess.start(Config.of(service, one.url(), two.url()));
  }

  /** Shakes hands and answers Pings and texts, or serves HTTP. */
  private static void well(Visit visit) throws IOException {
    if (!visit.readHead()) {
      return;
    }
    if (!visit.received().contains("pgrade: websocket")) {
      visit.write("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nis well");
      visit.readToEnd();
      return;
    }
    visit.write(RawBackend.switching(visit.accept()));
    pong(visit);
  }

  private static void pong(Visit visit) throws IOException {
    DataInputStream in = new DataInputStream(visit.socket().getInputStream());
    while (true) {
      RawFrame frame = RawFrame.read(in);
      switch (frame.opcode()) {
        case RawFrame.PING -> visit.write(RawFrame.of(RawFrame.PONG, frame.payload()));
        case RawFrame.TEXT -> visit.write(RawFrame.text("you said " + frame.text()));
        case RawFrame.CLOSE -> {
          visit.write(frame);
          return;
        }
        default -> {}
      }
    }
  }

  private static RawBackend.Script answers(String answer) {
    return visit -> {
      visit.readHead();
      visit.write(answer);
      visit.readToEnd();
    };
  }

  static Stream<Arguments> sicknesses() {
    return Stream.of(
        arguments(
            WEBSOCKET,
            answers(RawBackend.switching("bm90IHRoZSByaWdodCBvbmU=")),
            "wrong answer to the handshake"),
        arguments(WEBSOCKET, (RawBackend.Script) RawBackend::silent, "no Pong in 1000 ms"),
        arguments(
            WEBSOCKET,
            (RawBackend.Script) Visit::readToEnd,
            "no answer to the handshake in 1000 ms"),
        arguments(
            WEBSOCKET,
            answers("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"),
            "status 503 to the handshake"),
        arguments(WEBSOCKET, (RawBackend.Script) Visit::reset, ""),
        arguments(
            WEBSOCKET,
            (RawBackend.Script)
                visit -> {
                  visit.upgrade();
                  visit.write(RawFrame.close(1013, "busy"));
                  visit.readToEnd();
                },
            "closed with 1013"),
        arguments(
            WEBSOCKET,
            (RawBackend.Script)
                visit -> {
                  visit.upgrade();
                  visit.write(RawFrame.of(RawFrame.PONG, new byte[8]));
                  visit.readToEnd();
                },
            "no Pong in 1000 ms"),
        arguments(HTTP, answers("HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\nwell"), "status 500"),
        arguments(
            HTTP,
            answers("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsick"),
            "the body does not match well"),
        arguments(
            HTTP,
            answers("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwe"),
            "no end of the body in 1000 ms"),
        arguments(HTTP, (RawBackend.Script) Visit::readToEnd, "no answer in 1000 ms"),
        arguments(HTTP, answers("hello\r\n\r\n"), ""));
  }

  @ParameterizedTest
  @MethodSource("sicknesses")
  void whoIsSickGetsNobodyUntilItIsWell(String service, RawBackend.Script sickness, String why)
      throws Exception {
    try (GatewayProcess gateway = gateway(service)) {
      one.script(sickness);
      awaitState(gateway, 0, "down");
      gateway
          .log()
          .await("backend " + one.url() + " is down, was up \\(probe: .*" + Pattern.quote(why));

      clientsReach(gateway, two, one);

      one.script(HealthIT::well);
      awaitState(gateway, 0, "up");
      clientsReach(gateway, one, two);
      assertThat(
              gateway.metric("holdfast_backend_state_changes_total", one.url(), "state=\"down\""))
          .isEqualTo(1);
    }
  }

  @Test
  void aPortThatNobodyListensOnIsDownByTcp() throws Exception {
    int port = one.port();
    try (GatewayProcess gateway = gateway(TCP)) {
      one.close();
      awaitState(gateway, 0, "down");
      gateway.log().await("is down, was up \\(probe: connect_refused");

      one = RawBackend.start("127.0.0.1", port, HealthIT::well);
      awaitState(gateway, 0, "up");
    }
  }

  @Test
  void oneFailureIsForgiven() throws Exception {
    AtomicInteger probes = new AtomicInteger();
    one.script(visit -> {
      if (probes.incrementAndGet() % 2 == 0) {
        visit.reset();
      } else {
        well(visit);
      }
    });
    try (GatewayProcess gateway = gateway(HTTP)) {
      Soon.await().until(() -> probes.get() >= 10);
      assertThat(gateway.log().matching("is down")).isEmpty();
    }
  }

  @Test
  void theProbeIsAWholeConversation() throws Exception {
    String service =
        "health: { websocket: { path: /health?x=1, host: probe.test, subprotocol: chat.v2,"
            + " headers: { X-Probe: yes }, send: hello, expect: said hello, "
            + FAST
            + " } }";
    one.script(visit -> {
      visit.readHead();
      visit.write(
          RawBackend.switching(visit.accept())
              .replace("\r\n\r\n", "\r\nSec-WebSocket-Protocol: chat.v2\r\n\r\n"));
      pong(visit);
    });
    try (GatewayProcess gateway = gateway(service)) {
      awaitState(gateway, 1, "down");
      gateway.log().await("backend " + two.url() + " is down.*subprotocol chat.v2 not taken");
      Soon.await().until(() -> one.visits().size() >= 5);
      assertThat(state(gateway, 0)).isEqualTo("up");
      assertThat(one.received())
          .contains("GET /health?x=1 HTTP/1.1\r\n", "host: probe.test", "X-Probe: yes");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {WEBSOCKET, HTTP, TCP})
  void overTlsACertificateMustBeRight(String service) throws Exception {
    try (RawBackend secure = RawBackend.start(Wire.TLS, HealthIT::well);
        GatewayProcess gateway =
            GatewayProcess.start(
                Config.over(
                    Wire.TLS, "", "", service, secure.url(), "wss://127.0.0.1:" + one.port()))) {
      awaitState(gateway, 1, "down");
      gateway.log().await("backend wss://127.0.0.1:" + one.port() + " is down, was up \\(probe: ");
      Soon.await().until(() -> secure.visits().size() >= 4);
      assertThat(state(gateway, 0)).isEqualTo("up");
    }
  }

  @Test
  void onlyOneProbeIsUnderWay() throws Exception {
    one.script(Visit::readToEnd);
    try (GatewayProcess gateway = gateway(WEBSOCKET)) {
      Soon.await().until(() -> one.visits().size() >= 5);
      long open = one.visits().stream().filter(visit -> !visit.over()).count();
      assertThat(open).isLessThanOrEqualTo(2); // the last, and one whose end is on its way
      assertThat(state(gateway, 0)).isEqualTo("down");
    }
  }

  @Test
  void whenAllAreSickAllAreTried() throws Exception {
    try (GatewayProcess gateway =
        gateway("health: { http: { path: /, expect: 204, " + FAST + " } }")) {
      awaitState(gateway, 0, "down");
      awaitState(gateway, 1, "down");
      RawClient.webSocket(gateway.port(), "/").close();
    }
  }

  @Test
  void orNobodyIsIfThatIsWanted() throws Exception {
    try (GatewayProcess gateway =
        gateway("health: { panic: refuse, http: { path: /, expect: 204, " + FAST + " } }")) {
      awaitState(gateway, 0, "down");
      awaitState(gateway, 1, "down");
      try (RawClient client = RawClient.connect(gateway.port())) {
        client.write(RawClient.upgrade("/"));
        RawHead head = client.readHead();
        assertThat(head.status()).isEqualTo(503);
        assertThat(head.header("retry-after")).isEqualTo("1");
      }
    }
  }

  @Test
  void aReloadKeepsWhatIsKnownAndStopsWhatIsNoLongerWanted() throws Exception {
    one.script(RawBackend::silent);
    try (GatewayProcess gateway = gateway(WEBSOCKET)) {
      awaitState(gateway, 0, "down");
      gateway.rewrite(Config.of(WEBSOCKET + "\nretries: 1", one.url(), two.url()));
      assertThat(gateway.reload()).isEqualTo(200);
      assertThat(state(gateway, 0)).isEqualTo("down");

      gateway.rewrite(Config.of("balance: round_robin", one.url(), two.url()));
      assertThat(gateway.reload()).isEqualTo(200);
      awaitState(gateway, 0, "up");
      gateway.log().await("is up, was down \\(not probed any more\\)");
    }
  }

  private static String state(GatewayProcess gateway, int backend) throws Exception {
    JsonNode services = gateway.services();
    return services.at("/0/backends/" + backend + "/state").asString();
  }

  private static void awaitState(GatewayProcess gateway, int backend, String state) {
    Soon.await().until(() -> state(gateway, backend).equals(state));
  }

  /** All of some new clients reach {@code right}; with both up, some do. */
  private void clientsReach(GatewayProcess gateway, RawBackend right, RawBackend wrong)
      throws Exception {
    one.forget();
    two.forget();
    for (int i = 0; i < 10; i++) {
      RawClient.webSocket(gateway.port(), "/chat").close();
    }
    assertThat(right.received()).contains("GET /chat");
    if (wrong == one) {
      assertThat(wrong.received()).doesNotContain("GET /chat");
    }
  }
}
