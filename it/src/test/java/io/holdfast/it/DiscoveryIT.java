package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.DnsServer;
import io.holdfast.it.harness.DnsServer.Manner;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.MovingClients;
import io.holdfast.it.harness.MovingPeers;
import io.holdfast.it.harness.NodePeer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Backends that appear and vanish in DNS, with no word to the gateway. */
final class DiscoveryIT {
  private static final String NAME = "pool.test";
  private static final String TWO = "127.0.0.2";
  private static final String THREE = "127.0.0.3";

  /** Records of name servers that expect nobody to come and go, in seconds. */
  private static final int LONG = 600;

  private static final String LIVE =
      "migration: { mode: live, settle: { quiet: 250ms, atMost: 10s } }";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private MovingPeers peers() {
    return new MovingPeers(folder);
  }

  private static String config(DnsServer dns, int port, String service) {
    return """
    listeners: [{ bind: "127.0.0.1:0" }]
    dns: { servers: ["%s"], timeout: 300ms, refresh: 100ms }
    routes: [{ service: chat }]
    services:
      chat:
        drain: { rate: 200/s }
        %s
        backends: [{ url: "ws://%s:%d", discover: dns }]
    """
        .formatted(dns.address(), service, NAME, port);
  }

  /** Relays of each backend that is there, or has some. */
  private static Map<String, Integer> relays(GatewayProcess gateway) throws Exception {
    Map<String, Integer> relays = new TreeMap<>();
    for (JsonNode backend : gateway.services().at("/0/backends")) {
      relays.put(backend.path("address").asString(), backend.path("relays").asInt());
    }
    return relays;
  }

  private static String at(String host, int port) {
    return "ws://" + host + ":" + port;
  }

  @Test
  void aBackendThatIsGoneHandsItsRelaysOverAndOneThatIsNewGetsClients() throws Exception {
    try (DnsServer dns = DnsServer.start();
        NodePeer two = peers().server("two", "--host", TWO);
        NodePeer three =
            peers().server("three", "--host", THREE, "--port", Integer.toString(two.port()))) {
      int port = three.port();
      dns.set(NAME, LONG, TWO);
      try (GatewayProcess gateway = GatewayProcess.start(config(dns, port, LIVE));
          MovingClients clients = peers().clients(gateway)) {
        assertThat(relays(gateway)).isEqualTo(Map.of(at(TWO, port), MovingClients.CONNECTIONS));

        dns.set(NAME, LONG, TWO, THREE);
        gateway.log().await("discovery: add backend " + at(THREE, port) + " to service chat");
        assertThat(relays(gateway))
            .isEqualTo(Map.of(at(TWO, port), MovingClients.CONNECTIONS, at(THREE, port), 0));

        dns.set(NAME, LONG, THREE);
        gateway.log().await("discovery: drain backend " + at(TWO, port) + " of service chat");
        await()
            .atMost(PATIENCE)
            .untilAsserted(() ->
                assertThat(relays(gateway))
                    .isEqualTo(Map.of(at(THREE, port), MovingClients.CONNECTIONS)));
        clients.assertNobodyNoticed();
      }
    }
  }

  @Test
  void withoutMigrationTheRelaysOfABackendThatIsGoneEndAtAPace() throws Exception {
    try (DnsServer dns = DnsServer.start();
        NodePeer two = peers().server("two", "--host", TWO);
        NodePeer three =
            peers().server("three", "--host", THREE, "--port", Integer.toString(two.port()))) {
      dns.set(NAME, LONG, TWO, THREE);
      try (GatewayProcess gateway = GatewayProcess.start(config(dns, three.port(), ""));
          MovingClients clients = peers().clients(gateway)) {
        int half = MovingClients.CONNECTIONS / 2;
        assertThat(relays(gateway))
            .isEqualTo(Map.of(at(TWO, two.port()), half, at(THREE, two.port()), half));
        dns.set(NAME, LONG, THREE);
        gateway.log().await("drained " + half + " relays");
        JsonNode seen = clients.result();
        assertThat(seen.path("disconnects").asInt()).isEqualTo(half);
        assertThat(seen.at("/closes/1012").asInt()).isEqualTo(half);
      }
    }
  }

  @Test
  void nobodyIsLostWithTheNameServers() throws Exception {
    try (DnsServer dns = DnsServer.start();
        NodePeer two = peers().server("two", "--host", TWO)) {
      dns.set(NAME, LONG, TWO);
      try (GatewayProcess gateway = GatewayProcess.start(config(dns, two.port(), LIVE));
          MovingClients clients = peers().clients(gateway)) {
        int times = 0;
        for (Manner manner : new Manner[] {Manner.FAILS, Manner.DENIES, Manner.IS_SILENT}) {
          times++;
          dns.manner(manner);
          gateway.log().await("no address of " + NAME + " is found", times);
          dns.manner(Manner.ANSWERS);
          gateway.log().await("addresses of " + NAME + " are found again", times);
        }
        assertThat(relays(gateway))
            .isEqualTo(Map.of(at(TWO, two.port()), MovingClients.CONNECTIONS));
        clients.assertNobodyNoticed();
      }
    }
  }

  @Test
  void aNameThatNobodyKnowsAtTheStartIsTakenUpWhenItAppears() throws Exception {
    try (DnsServer dns = DnsServer.start();
        NodePeer two = peers().server("two", "--host", TWO, "--push", "500");
        GatewayProcess gateway = GatewayProcess.start(config(dns, two.port(), LIVE))) {
      gateway.log().await("no address of " + NAME + " is found");
      assertThat(relays(gateway)).isEqualTo(Map.of(at(NAME, two.port()), 0));
      dns.set(NAME, LONG, TWO);
      gateway.log().await("discovery: drain backend " + at(NAME, two.port()));
      try (MovingClients clients = peers().clients(gateway)) {
        assertThat(relays(gateway))
            .isEqualTo(Map.of(at(TWO, two.port()), MovingClients.CONNECTIONS));
        clients.assertNobodyNoticed();
      }
    }
  }

  @Test
  void aReloadThatBringsOtherNameServersHasAskedThem() throws Exception {
    try (DnsServer old = DnsServer.start();
        DnsServer dns = DnsServer.start();
        NodePeer two = peers().server("two", "--host", TWO)) {
      old.set(NAME, LONG, THREE);
      dns.set(NAME, LONG, TWO);
      try (GatewayProcess gateway = GatewayProcess.start(config(old, two.port(), LIVE))) {
        assertThat(relays(gateway)).isEqualTo(Map.of(at(THREE, two.port()), 0));
        gateway.rewrite(config(dns, two.port(), LIVE));
        assertThat(gateway.reload()).isEqualTo(200);
        assertThat(relays(gateway)).isEqualTo(Map.of(at(TWO, two.port()), 0));
        assertThat(gateway.services().at("/0/backends/0/name").asString()).isEqualTo(NAME);
      }
    }
  }

  @Test
  void aReloadAsksForWhatItBringsBeforeItIsInForce() throws Exception {
    try (DnsServer dns = DnsServer.start();
        NodePeer two = peers().server("two", "--host", TWO, "--push", "500")) {
      String plain =
          config(dns, two.port(), LIVE)
              .replace("refresh: 100ms", "refresh: 1h")
              .replace("\"ws://" + NAME, "\"ws://" + TWO)
              .replace(", discover: dns", "");
      dns.set(NAME, LONG, TWO);
      try (GatewayProcess gateway = GatewayProcess.start(plain);
          MovingClients clients = peers().clients(gateway)) {
        gateway.rewrite(config(dns, two.port(), LIVE));
        assertThat(gateway.reload()).isEqualTo(200);
        assertThat(relays(gateway))
            .as("the same backend, by its name now")
            .isEqualTo(Map.of(at(TWO, two.port()), MovingClients.CONNECTIONS));
        assertThat(gateway.adminGet("/api/v1/drains")).doesNotContain("chat");
        dns.set(NAME, LONG, TWO, THREE);
        gateway.log().await("discovery: add backend " + at(THREE, two.port()));
        clients.assertNobodyNoticed();
      }
    }
  }
}
