package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A service whose clients are all at the two backends of group blue; green has one backend. */
record BlueAndGreen(EchoBackend one, EchoBackend two, EchoBackend green) implements AutoCloseable {
  static final int CONNECTIONS = 60;

  static BlueAndGreen start() throws IOException {
    return new BlueAndGreen(EchoBackend.start(), EchoBackend.start(), EchoBackend.start());
  }

  /**
   * A file of one listener and one service.
   *
   * @param more a line of the service, such as {@code timeouts: {...}}
   */
  String config(String more) {
    return """
    listeners: [{ bind: "127.0.0.1:0" }]
    shutdown: { readinessDelay: 0s, deadline: 20s }
    routes: [{ service: chat }]
    services:
      chat:
        balance: round_robin
        groups: { blue: { share: 100 }, green: { share: 0 } }
        drain: { deadline: 10s, code: 4009, reason: blue goes home }
        %s
        backends:
          - { url: "%s", group: blue }
          - { url: "%s", group: blue }
          - { url: "%s", group: green }
    """
        .formatted(more, one.url(), two.url(), green.url());
  }

  static List<RawClient> connect(GatewayProcess gateway) throws Exception {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      clients.add(RawClient.webSocket(gateway.port(), "/"));
    }
    return clients;
  }

  static void override(GatewayProcess gateway, String query) throws Exception {
    assertThat(gateway.adminPost("/api/v1/backends/override?" + query)).isEqualTo(200);
  }

  @Override
  public void close() throws IOException {
    one.close();
    two.close();
    green.close();
  }
}
