package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.Child;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.JakartaServers;
import io.holdfast.it.harness.NodePeer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What docs/migration.md tells the authors of backends to do, done as it stands there by npm's
 * {@code ws} and by Tomcat. The one for Go is run by bench/adapter-go.sh.
 */
final class AdapterIT {
  private static final int CLIENTS = 40;

  @Test
  void aStateGoesAlongWithItsClientInNode() throws Exception {
    try (NodePeer servers = NodePeer.start("adapter-server.js")) {
      aStateGoesAlongWithItsClient(servers.process());
    }
  }

  @Test
  void aStateGoesAlongWithItsClientInJava(@TempDir Path folder) throws Exception {
    Path page = Path.of(System.getProperty("holdfast.peers")).resolve("../../docs/migration.md");
    try (Child servers = JakartaServers.start(page, folder)) {
      aStateGoesAlongWithItsClient(servers);
    }
  }

  private static void aStateGoesAlongWithItsClient(Child servers) throws Exception {
    String[] ports = servers.log().await("^listening (.*)").group(1).split(" ", -1);
    String config =
        """
        listeners: [{ bind: "127.0.0.1:0" }]
        routes: [{ service: counts }]
        services:
          counts:
            # A JVM that has just been started takes its time on busy cores.
            ejection: { silence: off }
            timeouts: { handshake: 30s }
            drain: { rate: 40/s, deadline: 60s }
            migration: { mode: live, settle: { quiet: 1s, atMost: 30s } }
            backends: ["ws://127.0.0.1:%s", "ws://127.0.0.1:%s"]
        """
            .formatted(ports[0], ports[1]);
    try (GatewayProcess gateway = GatewayProcess.start(config);
        NodePeer clients = NodePeer.start("adapter-client.js", gateway.ws("/chat"), "" + CLIENTS)) {
      clients.await("open");
      await().until(() -> gateway.metric("holdfast_relays_total") == CLIENTS);
      for (String port : ports) {
        assertThat(gateway.told(0, "drain", "127.0.0.1:" + port, "--wait")).contains("0 ended");
        gateway.told(0, "up", "127.0.0.1:" + port);
      }
      assertThat(gateway.metric("holdfast_moves_total", "resume=\"planned\"", "outcome=\"moved\""))
          .as("twice all of one of the two")
          .isGreaterThanOrEqualTo(CLIENTS);

      servers.send("restart");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> gateway.metric("holdfast_moves_total", "resume=\"closed\"") > 0);
      clients.send("stop");
      JsonNode seen = JsonMapper.shared().readTree(clients.await("result"));
      assertThat(seen.path("wrong").asInt()).as(seen.toString()).isZero();
      assertThat(seen.path("disconnects").asInt()).as(seen.toString()).isZero();
      assertThat(seen.path("resumed").asInt()).as(seen.toString()).isPositive();
      assertThat(seen.path("answers").asInt()).isGreaterThan(CLIENTS);
    }
  }
}
