package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.Pki;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawHead;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers that come to a TLS port, or are dialled for TLS, and never agree on it. */
@SuppressWarnings("NullAway.Init")
class TlsHandshakeIT {
  private static final int MOST = 20;
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String SERVICE =
      """
      balance: round_robin
      timeouts: { connect: 2s, close: 300ms, pool: off }
      retries: { max: 1 }
      ejection: { failures: 0 }\
      """;

  private static RawBackend good;

  /** What it says and does comes before TLS. */
  private static RawBackend bad;

  private static GatewayProcess gateway;
  private static GatewayProcess withBad;
  private static GatewayProcess withBoth;

  @BeforeAll
  static void start() throws IOException {
    good = RawBackend.start(Wire.TLS, RawBackend::ok);
    bad = RawBackend.start(RawBackend::ok);
    String badUrl = Wire.TLS.url(bad.port());
    String limits = "limits: { headTimeout: 500ms, connections: " + MOST + " }";
    gateway = GatewayProcess.start(Config.over(Wire.TLS, limits, "", SERVICE, good.url()));
    withBad = GatewayProcess.start(Config.over(Wire.TLS, "", "", SERVICE, badUrl));
    withBoth = GatewayProcess.start(Config.over(Wire.TLS, "", "", SERVICE, badUrl, good.url()));
  }

  @AfterAll
  static void stop() throws IOException {
    good.close();
    bad.close();
    gateway.close();
    withBad.close();
    withBoth.close();
  }

  static Stream<Arguments> unfinished() throws IOException {
    byte[] hello = Wire.clientHello();
    return Stream.of(
        arguments("nothing", new byte[0]),
        arguments("a part of a record's head", Arrays.copyOf(hello, 3)),
        arguments("a part of a ClientHello", Arrays.copyOf(hello, hello.length / 2)),
        arguments("a ClientHello and no more", hello));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unfinished")
  void aClientThatNeverFinishesIsEndedWithinTheHeadTimeout(String name, byte[] begin)
      throws Exception {
    double before = ended();
    List<RawClient> silent = new ArrayList<>();
    long start = System.nanoTime();
    // Those beyond the limit cannot be told so without TLS, but are not kept for longer.
    for (int i = 0; i < MOST + 5; i++) {
      silent.add(begun(begin));
    }
    for (RawClient client : silent) {
      client.endsCleanly();
      client.close();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));

    Soon.await().until(() -> gateway.metric("holdfast_connections_active") == 0);
    assertThat(ended()).isEqualTo(before + MOST + 5);
    assertThat(gateway.metric("holdfast_bad_requests_total", "silent")).isZero();
    assertServes();
  }

  @Test
  void aClientHelloThatDripsIsEndedWithinTheHeadTimeout() throws Exception {
    double before = ended();
    try (RawClient client = RawClient.connect(gateway.port());
        Drip drip = Drip.of(client::write, Wire.clientHello(), 40)) {
      client.endsCleanly();
      assertThat(drip.ended()).isFalse();
    }
    assertThat(ended()).isEqualTo(before + 1);
  }

  /** Connections that were counted as refused by the limit, or as without agreement on TLS. */
  private static double ended() throws IOException, InterruptedException {
    return gateway.metric("holdfast_bad_requests_total", "\"tls\"")
        + gateway.metric("holdfast_connections_refused_total");
  }

  private static RawClient begun(byte[] begin) throws IOException {
    RawClient client = RawClient.connect(gateway.port());
    client.write(begin);
    return client;
  }

  private static void assertServes() throws IOException {
    try (RawClient client = Wire.TLS.connect(gateway.port())) {
      client.write(GET);
      assertThat(client.readBody(client.readHead())).isEqualTo("ok");
    }
  }

  @Test
  void clientsBeyondTheLimitAreToldOverTls() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      RawClient client = Wire.TLS.connect(gateway.port());
      client.write(GET);
      assertThat(client.readBody(client.readHead())).isEqualTo("ok");
      clients.add(client);
    }
    try (RawClient one = Wire.TLS.connect(gateway.port())) {
      RawHead head = one.readHead();
      assertThat(head.status()).isEqualTo(503);
      one.readBody(head);
      assertThat(one.readToEnd()).isEmpty();
    }
    for (RawClient client : clients) {
      client.close();
    }
    Soon.await().until(() -> gateway.metric("holdfast_connections_active") == 0);
    assertServes();
  }

  @ParameterizedTest
  @MethodSource("plain")
  void whatIsNotTlsIsEndedAtOnce(String text) throws Exception {
    double counted = gateway.metric("holdfast_bad_requests_total", "\"tls\"");
    try (RawClient client = RawClient.connect(gateway.port())) {
      client.write(text);
      client.endsCleanly();
    }
    Soon.await().until(() -> gateway.metric("holdfast_connections_active") == 0);
    assertThat(gateway.metric("holdfast_bad_requests_total", "\"tls\"")).isEqualTo(counted + 1);
    assertThat(gateway.metric("holdfast_bad_requests_total", "silent")).isZero();
  }

  static Stream<String> plain() {
    return Stream.of(GET, RawClient.upgrade("/"), "\0".repeat(100_000));
  }

  /** Of backends that do not come to speak TLS: what a client is answered, and what is counted. */
  static Stream<Arguments> faults(@TempDir Path folder) throws Exception {
    SSLContext stranger = Pki.in(folder, "stranger").serving();
    RawBackend.Script nothing = RawBackend.Visit::readToEnd;
    RawBackend.Script closes = visit -> {};
    RawBackend.Script resets =
        visit -> {
          visit.read();
          visit.reset();
        };
    RawBackend.Script plain =
        visit -> {
          visit.read();
          visit.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
          visit.readToEnd();
        };
    RawBackend.Script record =
        visit -> {
          visit.read();
          visit.write(new byte[] {22, 3, 3, 0x40, 0, 2});
          visit.readToEnd();
        };
    RawBackend.Script untrusted =
        visit -> Wire.tls(visit.tcp(), stranger).getInputStream().readAllBytes();
    return Stream.of(
        arguments("says nothing", nothing, 504, "connect_timeout"),
        arguments("begins a record", record, 504, "connect_timeout"),
        arguments("closes at once", closes, 502, "tls"),
        arguments("resets", resets, 502, "tls"),
        arguments("speaks plain HTTP", plain, 502, "tls"),
        arguments("has an unknown certificate", untrusted, 502, "tls"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void aBackendThatNeverSpeaksTlsIsNotUsed(
      String name, RawBackend.Script script, int status, String reason) throws Exception {
    bad.script(script);
    double failures = withBad.metric("holdfast_backend_failures_total", reason);
    try (RawClient client = Wire.TLS.connect(withBad.port())) {
      client.write(RawClient.upgrade("/"));
      assertThat(client.readHead().status()).isEqualTo(status);
    }
    assertThat(withBad.metric("holdfast_backend_failures_total", reason)).isEqualTo(failures + 1);

    double retries = withBoth.metric("holdfast_retries_total", reason);
    for (int i = 0; i < 2; i++) {
      try (RawClient client = Wire.TLS.connect(withBoth.port())) {
        client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
        assertThat(client.readHead().status()).isEqualTo(200);
      }
    }
    assertThat(withBoth.metric("holdfast_retries_total", reason)).isEqualTo(retries + 1);
  }
}
