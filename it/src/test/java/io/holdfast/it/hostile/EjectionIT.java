package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.hostile.RawBackend.Visit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backends whose clients meet failures are taken out for a while, and no client is lost by it. */
@SuppressWarnings("NullAway.Init")
final class EjectionIT {
  private static final String SERVICE =
      """
      balance: round_robin
      ejection: { failures: 3, silence: 300ms, time: TIME, maxTime: 5m }
      retries: { max: 2, minPerSecond: 1000 }
      keepalive: { ping: 300ms, pongTimeout: 300ms }
      timeouts: { handshake: 20s }
      """;

  private RawBackend sick;
  private RawBackend well;
  private GatewayProcess gateway;

  @BeforeEach
  void start() throws IOException {
    sick = RawBackend.start(RawBackend::silent);
    well = RawBackend.start(RawBackend::silent);
    gateway = gateway("5m");
  }

  private GatewayProcess gateway(String time) throws IOException {
    return GatewayProcess.start(Config.of(SERVICE.replace("TIME", time), sick.url(), well.url()));
  }

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    sick.close();
    well.close();
  }

  private void connect(int times) throws IOException {
    for (int i = 0; i < times; i++) {
      RawClient.webSocket(gateway.port(), "/").close();
    }
  }

  private void awaitLog(String state, String why) {
    gateway.log().await("backend " + sick.url() + " is " + state + ", was \\w+ \\(" + why);
  }

  private static RawBackend.Script refuses(int status) {
    return visit -> {
      visit.readHead();
      visit.write("HTTP/1.1 " + status + " No\r\nContent-Length: 0\r\n\r\n");
      visit.readToEnd();
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {502, 503, 504})
  void whoRefusesIsOutUntilAClientWasServed(int status) throws Exception {
    gateway.close();
    gateway = gateway("500ms");
    sick.script(refuses(status));
    connect(6);
    awaitLog("ejected", "3 failures in a row: unavailable, answered " + status + "; for 0.5 s\\)");
    awaitLog("trial", "one client at a time may try");
    connect(2);
    awaitLog("ejected", "the trial failed: unavailable, answered " + status + "; for 1.0 s\\)");
    sick.script(RawBackend::silent);
    gateway.log().await("is trial", 2);
    connect(2);
    awaitLog("up", "a client was served\\)");
    assertThat(gateway.metric("holdfast_handshakes_total", "outcome=\"switched\"")).isEqualTo(10);
  }

  @Test
  void nobodyIsOutForAnswersThatClientsHaveEarned() throws Exception {
    sick.script(refuses(401));
    well.script(refuses(404));
    for (int i = 0; i < 20; i++) {
      try (RawClient client = RawClient.connect(gateway.port())) {
        client.write(RawClient.upgrade("/"));
        assertThat(client.readHead().status()).isIn(401, 404);
      }
    }
    assertThat(gateway.log().matching("is ejected")).isEmpty();
  }

  @Test
  void whoAnswersWith500IsOut() throws Exception {
    sick.script(refuses(500));
    for (int i = 0; i < 6; i++) {
      try (RawClient client = RawClient.connect(gateway.port())) {
        client.write(RawClient.upgrade("/"));
        assertThat(client.readHead().status()).isIn(500, 101);
      }
    }
    awaitLog("ejected", "3 failures in a row: answered 500");
  }

  @Test
  void whoAnswersWronglyIsOut() throws Exception {
    sick.script(visit -> {
      visit.readHead();
      visit.write(RawBackend.switching("bm90IHRoZSByaWdodCBvbmU="));
      visit.readToEnd();
    });
    connect(6);
    awaitLog("ejected", "3 failures in a row: bad_accept");
  }

  @Test
  void whoNeverAnswersAPingIsOut() throws Exception {
    well.close();
    for (int i = 0; i < 3; i++) {
      try (RawClient client = RawClient.webSocket(gateway.port(), "/")) {
        RawFrame frame = client.readFrame();
        while (frame.opcode() != RawFrame.CLOSE) {
          if (frame.opcode() == RawFrame.PING) {
            client.write(RawFrame.of(RawFrame.PONG, frame.payload()));
          }
          frame = client.readFrame();
        }
        assertThat(frame.closeCode()).isEqualTo(1012);
      }
    }
    awaitLog("ejected", "3 failures in a row: no Pong in time");
  }

  @Test
  void whoRefusesConnectionsIsOut() throws Exception {
    sick.close();
    connect(6);
    awaitLog("ejected", "3 failures in a row: connect_refused");
  }

  @Test
  void whoAnswersNobodyIsOutAndTheOnesThatWaitGoElsewhere() throws Exception {
    sick.script(Visit::readToEnd);
    List<RawClient> clients = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < 12; i++) {
      RawClient client = RawClient.connect(gateway.port());
      client.write(RawClient.upgrade("/"));
      clients.add(client);
    }
    for (RawClient client : clients) {
      assertThat(client.readHead().status()).isEqualTo(101);
    }
    Duration taken = Duration.ofNanos(System.nanoTime() - start);
    awaitLog("ejected", "3 failures in a row: answer_timeout, answers nobody");
    assertThat(taken).isBetween(Duration.ofMillis(300), Duration.ofSeconds(10));
    for (RawClient client : clients) {
      client.close();
    }
  }

  @Test
  void oneThatIsSlowWithASingleClientIsGivenItsTime() throws Exception {
    sick.script(visit -> {
      visit.readHead();
      Soon.await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
      visit.write(RawBackend.switching(visit.accept()));
      visit.readToEnd();
    });
    connect(2);
    assertThat(sick.visits()).hasSize(1);
    assertThat(gateway.metric("holdfast_retries_total")).isZero();
  }

  @Test
  void whoBreaksOffItsConnectionsIsOutAndItsClientsGetATrueCode() throws Exception {
    sick.script(visit -> {
      visit.upgrade();
      visit.write(RawFrame.text("hello"));
      visit.reset();
    });
    well.script(RawBackend::silent);
    for (int i = 0; i < 3; i++) {
      try (RawClient client = RawClient.webSocket(gateway.port(), "/");
          RawClient other = RawClient.webSocket(gateway.port(), "/")) {
        assertThat(client.readClose().closeCode()).isEqualTo(1012);
        other.write(RawFrame.close(1000, ""));
      }
    }
    awaitLog("ejected", "3 failures in a row: connection lost");
  }

  @Test
  void notAllAreOutAtOnce() throws Exception {
    sick.script(refuses(503));
    well.script(refuses(503));
    for (int i = 0; i < 20; i++) {
      try (RawClient client = RawClient.connect(gateway.port())) {
        client.write(RawClient.upgrade("/"));
        assertThat(client.readHead().status()).isEqualTo(503);
      }
    }
    assertThat(gateway.metric("holdfast_backend_state_changes_total", "state=\"ejected\""))
        .isEqualTo(1);
  }
}
