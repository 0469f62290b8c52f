package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.TcpSockets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP keepalive on the gateway's own sockets: a peer that vanished without a word is found. */
class KeepaliveIT {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  private static void assertKeptAlive(
      GatewayProcess gateway, RawClient client, RawBackend.Visit visit) {
    int clientPort = client.socket().getLocalPort();
    int backendPort = visit.socket().getLocalPort();
    int dialledFrom = visit.socket().getPort();
    awaitKeepalive(true, gateway.port(), clientPort);
    awaitKeepalive(true, dialledFrom, backendPort);
    // The far ends are the test's own, which ask for none: so the difference is seen.
    awaitKeepalive(false, clientPort, gateway.port());
    awaitKeepalive(false, backendPort, dialledFrom);
  }

  /** Of the connection between both ports, the end at {@code local}. */
  private static void awaitKeepalive(boolean expected, int local, int remote) {
    Soon.await()
        .untilAsserted(() ->
            assertThat(TcpSockets.established(local, remote))
                .containsExactly(new TcpSockets.End(local, remote, expected)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void aRelayIsKeptAliveOnBothLegs(String transport) throws Exception {
    try (RawBackend backend = RawBackend.start(RawBackend::silent);
        GatewayProcess gateway =
            GatewayProcess.start(Config.full("transport: " + transport, "", "", backend.url()));
        RawClient client = RawClient.webSocket(gateway.port(), "/")) {
      assertKeptAlive(gateway, client, backend.visits().getFirst());
    }
  }

  @Test
  void anExchangeAndItsPooledConnectionAreKeptAlive() throws Exception {
    try (RawBackend backend = RawBackend.start(RawBackend::ok);
        GatewayProcess gateway = GatewayProcess.start(Config.of("", backend.url()));
        RawClient client = RawClient.connect(gateway.port())) {
      client.write(GET);
      assertThat(client.readBody(client.readHead())).isEqualTo("ok");
      assertKeptAlive(gateway, client, backend.visits().getFirst());
    }
  }
}
