package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.Signal;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Answers and uploads that stop half-way: each wait has a bound, and blames whom it waits for. */
final class StallIT {
  private static final int LARGE = 32 << 20;

  @Test
  void aRefusalThatStopsHalfWayIsCutOff() throws Exception {
    try (RawBackend backend =
            RawBackend.start(visit -> {
              visit.readHead();
              visit.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 100\r\n\r\nten bytes.");
              visit.readToEnd();
            });
        GatewayProcess gateway =
            GatewayProcess.start(Config.of("timeouts: { exchange: 300ms }", backend.url()));
        RawClient client = RawClient.connect(gateway.port())) {
      client.write(RawClient.upgrade("/"));
      assertThat(client.readHead().status()).isEqualTo(403);
      assertThat(client.readToEnd()).asString().isEqualTo("ten bytes.");
      gateway.assertHealthy();
      assertThat(gateway.log().await("access websocket 403 .*").group()).contains("by=backend");
    }
  }

  @Test
  void aBackendThatDoesNotReadAnUploadIsBlamed() throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    try (RawBackend backend =
            RawBackend.start(visit -> {
              visit.readHead();
              await(answered);
            });
        GatewayProcess gateway =
            GatewayProcess.start(Config.of("timeouts: { response: 500ms }", backend.url()));
        RawClient client = RawClient.connect(gateway.port())) {
      client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + LARGE + "\r\n\r\n");
      Thread.ofVirtual().start(() -> upload(client));

      assertThat(client.readHead().status()).isEqualTo(504);
      assertThat(gateway.metric("holdfast_backend_failures_total", "reason=\"answer_timeout\""))
          .isEqualTo(1);
    } finally {
      answered.countDown();
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void upload(RawClient client) {
    try {
      client.write(new byte[LARGE]);
    } catch (IOException e) {
      // The gateway has answered before it had all.
    }
  }

  @Test
  void aKeptConnectionWhoseAnswerIsReadLateDoesNotHoldUpTheExit() throws Exception {
    try (RawBackend backend =
            RawBackend.start(visit -> {
              visit.readHead();
              visit.write("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n");
              visit.write(new byte[LARGE]);
              visit.readToEnd();
            });
        GatewayProcess gateway =
            GatewayProcess.start(Config.of("", backend.url()), "--set=shutdown.deadline=60s");
        RawClient client = RawClient.connect(gateway.port())) {
      client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readHead().status()).isEqualTo(200);
      Instant told = Instant.now();
      gateway.signal(Signal.TERM);
      gateway.log().await("draining");

      assertThat(client.readToEnd()).hasSize(LARGE);
      assertThat(gateway.exitCode()).isZero();
      assertThat(Duration.between(told, Instant.now())).isLessThan(Duration.ofSeconds(30));
    }
  }

  @Test
  void aQueryThatCannotBeReadIsRefusedWhereARouteAsksForIt() throws Exception {
    try (RawBackend backend = RawBackend.start(RawBackend::ok);
        GatewayProcess gateway =
            GatewayProcess.start(
                Config.full("", "match: { path: /x/**, query: { a: \"1\" } }", "", backend.url()));
        RawClient client = RawClient.connect(gateway.port())) {
      client.write("GET /x?a=1 HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(status(client)).isEqualTo(200);
      client.write("GET /x?b=2;a=1 HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(status(client)).isEqualTo(404);
      client.write("GET /y?a=%zz HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(status(client)).isEqualTo(404);
      client.write("GET /x?a=%zz HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readHead().status()).isEqualTo(400);
      assertThat(gateway.metric("holdfast_bad_requests_total", "reason=\"bad_query\""))
          .isEqualTo(1);
    }
  }

  @Test
  void whatLeadsNowhereEndsTheConnectionOnlyIfABodyFollows() throws Exception {
    try (RawBackend backend = RawBackend.start(RawBackend::ok);
        GatewayProcess gateway =
            GatewayProcess.start(Config.full("", "match: { path: /x }", "", backend.url()));
        RawClient client = RawClient.connect(gateway.port())) {
      client.write("GET /y HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(status(client)).isEqualTo(404);
      client.write(RawClient.upgrade("/y"));
      assertThat(status(client)).isEqualTo(404);
      client.write(RawClient.upgrade("/y", "Content-Length: 5"));
      assertThat(status(client)).isEqualTo(404);
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  private static int status(RawClient client) throws IOException {
    var head = client.readHead();
    client.readBody(head);
    return head.status();
  }
}
