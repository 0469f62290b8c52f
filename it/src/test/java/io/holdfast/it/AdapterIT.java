package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.NodePeer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What docs/migration.md tells the authors of backends to do, done by npm's {@code ws}. */
final class AdapterIT {
  private static final int CLIENTS = 40;

  private static JsonNode ask(NodePeer peer, String question, String answer) throws Exception {
    peer.send(question);
    return JsonMapper.shared().readTree(peer.await(answer));
  }

  @Test
  void aStateGoesAlongWithItsClient() throws Exception {
    try (NodePeer servers = NodePeer.start("adapter-server.js")) {
      String[] ports = servers.await("listening").split(" ", -1);
      String config =
          """
          listeners: [{ bind: "127.0.0.1:0" }]
          routes: [{ service: counts }]
          services:
            counts:
              drain: { rate: 40/s, deadline: 60s }
              migration: { mode: live, settle: { quiet: 250ms, atMost: 30s } }
              backends: ["ws://127.0.0.1:%s", "ws://127.0.0.1:%s"]
          """
              .formatted(ports[0], ports[1]);
      try (GatewayProcess gateway = GatewayProcess.start(config);
          NodePeer clients = NodePeer.start("adapter-client.js", gateway.ws("/"), "" + CLIENTS)) {
        clients.await("open");
        await().until(() -> gateway.metric("holdfast_relays_total") == CLIENTS);
        for (String port : ports) {
          assertThat(gateway.told(0, "drain", "127.0.0.1:" + port, "--wait")).contains("0 ended");
          gateway.told(0, "up", "127.0.0.1:" + port);
        }
        int planned = ask(servers, "stats", "stats").at("/resumed/planned").asInt();
        assertThat(planned).as("twice all of one of the two").isGreaterThanOrEqualTo(CLIENTS);

        servers.send("restart");
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> gateway.metric("holdfast_moves_total", "resume=\"closed\"") > 0);
        JsonNode seen = ask(clients, "stop", "result");
        assertThat(seen.path("wrong").asInt()).as(seen.toString()).isZero();
        assertThat(seen.path("disconnects").asInt()).as(seen.toString()).isZero();
        assertThat(seen.path("resumed").asInt()).as(seen.toString()).isPositive();
        assertThat(seen.path("answers").asInt()).isGreaterThan(CLIENTS);
      }
    }
  }
}
