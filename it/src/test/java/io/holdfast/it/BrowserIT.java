package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.NodePeer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A browser gets a page and opens a WebSocket, both through the gateway. */
final class BrowserIT {

  @Test
  void aPageInChromiumTalksToItsOwnOrigin() throws Exception {
    try (NodePeer server = NodePeer.start("ws-server.js");
        GatewayProcess gateway = GatewayProcess.to("ws://127.0.0.1:" + server.port());
        NodePeer browser = NodePeer.start("browser.js", gateway.http("/"))) {
      JsonNode seen = JsonMapper.shared().readTree(browser.await("result"));
      browser.awaitSuccess();

      assertThat(seen.get("messages").toString()).isEqualTo("[\"text true\",\"binary true\"]");
      assertThat(seen.get("protocol").asString()).isEqualTo("chat.v2");
      assertThat(seen.get("extensions").asString()).startsWith("permessage-deflate");
      assertThat(seen.get("code").asInt()).isEqualTo(4321);
      assertThat(seen.get("reason").asString()).isEqualTo("seen enough");
      assertThat(seen.get("wasClean").asBoolean()).isTrue();
      assertThat(server.await("closed /echo")).isEqualTo("4321 seen enough");
    }
  }
}
