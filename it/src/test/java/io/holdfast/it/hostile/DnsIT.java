package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.DnsServer;
import io.holdfast.it.harness.DnsServer.Manner;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Backends known by name: whoever its records lead to, for as long as they hold. */
@SuppressWarnings("NullAway.Init")
class DnsIT {
  private static final String NAME = "pool.test";
  private static final String TWO = "127.0.0.2";
  private static final String THREE = "127.0.0.3";
  private static final int LONG = 600;
  private static final List<Manner> FAILING =
      List.of(Manner.FAILS, Manner.DENIES, Manner.IS_SILENT);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private DnsServer dns;
  private RawBackend two;
  private RawBackend three;

  /** Two backends that differ in their address alone. */
  @BeforeEach
  void start() throws IOException {
    dns = DnsServer.start();
    while (true) {
      two = RawBackend.start(TWO, 0, DnsIT::serve);
      try {
        three = RawBackend.start(THREE, two.port(), DnsIT::serve);
        return;
      } catch (BindException e) {
        two.close(); // somebody has the port on all addresses
      }
    }
  }

  @AfterEach
  void stop() throws IOException {
    dns.close();
    two.close();
    three.close();
  }

  /** Speaks WebSocket or HTTP, whatever it is asked for. */
  private static void serve(RawBackend.Visit visit) throws IOException {
    if (!visit.readHead()) {
      return;
    }
    if (visit.received().contains("Sec-WebSocket-Key")) {
      visit.write(RawBackend.switching(visit.accept()));
      visit.readToEnd();
    } else {
      RawBackend.ok(visit);
    }
  }

  private String backend() {
    return "ws://" + NAME + ":" + two.port();
  }

  private String config(String more, String service, String... backends) {
    String global = "dns: { servers: [%s], timeout: 300ms%s }".formatted(dns.address(), more);
    return Config.full(global, "", service, backends);
  }

  private GatewayProcess gateway(String more) throws IOException {
    return GatewayProcess.start(config(more, "timeouts: { connect: 3s }", backend()));
  }

  private static int status(GatewayProcess gateway, String request) throws IOException {
    try (RawClient client = RawClient.connect(gateway.port())) {
      client.write(request);
      return client.readHead().status();
    }
  }

  private static int handshake(GatewayProcess gateway) throws IOException {
    return status(gateway, RawClient.upgrade("/"));
  }

  private static int get(GatewayProcess gateway) throws IOException {
    return status(gateway, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  private static void handshakes(GatewayProcess gateway, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      assertThat(handshake(gateway)).isEqualTo(101);
    }
  }

  /** Whether both ends of a relay still hear each other. */
  private static void assertAlive(RawClient client, RawBackend.Visit visit) throws IOException {
    visit.write(RawFrame.text("there?"));
    assertThat(client.readFrame().text()).isEqualTo("there?");
    int before = visit.received().length();
    client.write(RawFrame.text("here"));
    Soon.await().until(() -> visit.received().length() > before);
  }

  @Test
  void allAddressesOfANameAreUsedAndAskedForOnce() throws Exception {
    dns.set(NAME, LONG, TWO, THREE);
    try (GatewayProcess gateway = gateway("")) {
      handshakes(gateway, 40);
      assertThat(two.visits()).isNotEmpty();
      assertThat(three.visits()).isNotEmpty();
      assertThat(two.visits().size() + three.visits().size()).isEqualTo(40);
      assertThat(dns.queries(NAME)).isEqualTo(1);
    }
  }

  @Test
  void anAddressThatRefusesIsPassedOver() throws Exception {
    dns.set(NAME, LONG, TWO, THREE);
    three.close();
    try (GatewayProcess gateway = gateway("")) {
      handshakes(gateway, 20);
      assertThat(two.visits()).hasSize(20);
    }
  }

  @Test
  void addressesThatDoNotFitIntoADatagramComeByTcp() throws Exception {
    dns.set(NAME, LONG, TWO, THREE);
    dns.manner(Manner.CUTS_OFF);
    try (GatewayProcess gateway = gateway("")) {
      handshakes(gateway, 40);
      assertThat(two.visits()).isNotEmpty();
      assertThat(three.visits()).isNotEmpty();
    }
  }

  @Test
  void aChangedRecordLeadsElsewhereOnceItsTimeIsOver() throws Exception {
    dns.set(NAME, 1, TWO);
    try (GatewayProcess gateway = gateway("");
        RawClient early = RawClient.webSocket(gateway.port(), "/")) {
      assertThat(two.visits()).hasSize(1);

      dns.set(NAME, 1, THREE);
      Soon.await()
          .atMost(PATIENCE)
          .until(() -> handshake(gateway) == 101 && !three.visits().isEmpty());

      int before = two.visits().size();
      handshakes(gateway, 10);
      assertThat(two.visits()).as("nobody goes to the old address").hasSize(before);
      assertAlive(early, two.visits().getFirst());
    }
  }

  @Test
  void aRecordHoldsUntilItsTimeIsOver() throws Exception {
    dns.set(NAME, LONG, TWO);
    try (GatewayProcess gateway = gateway("")) {
      handshakes(gateway, 1);
      dns.set(NAME, LONG, THREE);
      handshakes(gateway, 20);
      assertThat(two.visits()).hasSize(21);
      for (int i = 0; i < 40; i++) {
        assertThat(get(gateway)).isEqualTo(200);
      }
      assertThat(two.visits().size())
          .as("each event loop's pooled connection is used again")
          .isLessThanOrEqualTo(21 + Runtime.getRuntime().availableProcessors());
      assertThat(three.visits()).isEmpty();
      assertThat(dns.queries(NAME)).isEqualTo(1);
    }
  }

  @Test
  void theConfigurationBoundsHowLongARecordHolds() throws Exception {
    dns.set(NAME, LONG, TWO);
    try (GatewayProcess gateway = gateway(", maxTtl: 1s")) {
      handshakes(gateway, 1);
      dns.set(NAME, LONG, THREE);
      Soon.await()
          .atMost(PATIENCE)
          .until(() -> handshake(gateway) == 101 && !three.visits().isEmpty());
    }
  }

  /** A steady stream of requests keeps a pooled connection from ever being idle for long. */
  @Test
  void aPooledConnectionDoesNotOutliveItsRecord() throws Exception {
    dns.set(NAME, 1, TWO);
    try (GatewayProcess gateway = gateway("")) {
      for (int i = 0; i < 40; i++) {
        assertThat(get(gateway)).isEqualTo(200);
      }

      dns.manner(Manner.FAILS);
      int asked = dns.queries(NAME);
      Soon.await()
          .atMost(PATIENCE)
          .until(() -> get(gateway) == 200 && dns.queries(NAME) > asked + 2);
      assertThat(get(gateway)).as("nobody knows better").isEqualTo(200);

      dns.manner(Manner.ANSWERS);
      dns.set(NAME, 1, THREE);
      Soon.await().atMost(PATIENCE).until(() -> get(gateway) == 200 && !three.visits().isEmpty());
      Soon.await()
          .atMost(PATIENCE)
          .until(
              () -> get(gateway) == 200 && two.visits().stream().allMatch(RawBackend.Visit::over));
    }
  }

  @Test
  void aFailedLookUpEndsCleanlyAndHealsByItself() throws Exception {
    dns.set(NAME, 1, TWO);
    try (GatewayProcess gateway =
        GatewayProcess.start(config("", "timeouts: { connect: 3s, pool: off }", backend()))) {
      for (Manner failing : FAILING) {
        dns.manner(failing);
        Soon.await().atMost(PATIENCE).until(() -> handshake(gateway) == 502);
        long begin = System.nanoTime();
        assertThat(handshake(gateway)).isEqualTo(502);
        assertThat(get(gateway)).isEqualTo(502);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(6));

        dns.manner(Manner.ANSWERS);
        assertThat(handshake(gateway)).as("a failure is not kept").isEqualTo(101);
        assertThat(get(gateway)).isEqualTo(200);
      }
      assertThat(gateway.metric("holdfast_backend_failures_total", "unresolved"))
          .isEqualTo(3.0 * FAILING.size());
    }
  }

  @Test
  void aBackendThatCannotBeFoundIsReplaced() throws Exception {
    String other = "ws://" + THREE + ":" + three.port();
    try (GatewayProcess gateway =
        GatewayProcess.start(
            config("", "balance: round_robin\nejection: { failures: 0 }", backend(), other))) {
      for (Manner failing : FAILING) {
        dns.manner(failing);
        handshakes(gateway, 2);
        assertThat(get(gateway)).isEqualTo(200);
        assertThat(get(gateway)).isEqualTo(200);
      }
      assertThat(gateway.metric("holdfast_retries_total", "unresolved"))
          .isEqualTo(2.0 * FAILING.size());
    }
  }

  @Test
  void theConnectTimeoutBoundsTheLookUpToo() throws Exception {
    dns.manner(Manner.IS_SILENT);
    String other = "ws://" + THREE + ":" + three.port();
    try (GatewayProcess gateway =
        GatewayProcess.start(
            config("", "timeouts: { connect: 300ms }", backend(), other)
                .replace("timeout: 300ms", "timeout: 20s"))) {
      long begin = System.nanoTime();
      handshakes(gateway, 2);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENCE);
      assertThat(three.visits()).hasSize(2);
    }
  }

  @Test
  void aDeadNameServerIsPassedOver() throws Exception {
    dns.set(NAME, LONG, TWO);
    DnsServer dead = DnsServer.start();
    dead.close();
    String servers = dead.address() + ", " + dns.address();
    try (GatewayProcess gateway =
        GatewayProcess.start(config("", "", backend()).replace(dns.address(), servers))) {
      handshakes(gateway, 5);
      assertThat(dns.queries(NAME)).isEqualTo(1);
    }
  }

  @Test
  void aReloadAsksOtherServersAtOnce() throws Exception {
    dns.set(NAME, LONG, TWO);
    try (DnsServer next = DnsServer.start();
        GatewayProcess gateway = gateway("");
        RawClient early = RawClient.webSocket(gateway.port(), "/")) {
      next.set(NAME, LONG, THREE);
      String changed = config("", "timeouts: { connect: 3s }", backend());
      gateway.rewrite(changed.replace(dns.address(), next.address()));
      assertThat(gateway.reload()).isEqualTo(200);
      gateway.log().await("reload applied: change dns");

      handshakes(gateway, 5);
      assertThat(three.visits()).hasSize(5);
      assertThat(dns.queries(NAME)).isEqualTo(1);
      assertAlive(early, two.visits().getFirst());
    }
  }

  @Test
  void aLookUpUnderWaySurvivesAReloadAndALostDatagram() throws Exception {
    dns.set(NAME, LONG, TWO);
    dns.manner(Manner.IS_SILENT);
    try (DnsServer next = DnsServer.start();
        GatewayProcess gateway =
            GatewayProcess.start(
                config("", "", backend()).replace("timeout: 300ms", "timeout: 2s"));
        RawClient client = RawClient.connect(gateway.port())) {
      client.write(RawClient.upgrade("/"));
      Soon.await().atMost(PATIENCE).until(() -> dns.queries(NAME) == 1);
      dns.manner(Manner.ANSWERS);

      gateway.rewrite(config("", "", backend()).replace(dns.address(), next.address()));
      assertThat(gateway.reload()).isEqualTo(200);

      assertThat(client.readHead().status()).isEqualTo(101);
      assertThat(dns.queries(NAME)).as("asked again").isEqualTo(2);
    }
  }
}
