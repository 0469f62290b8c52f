package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.Child;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.NodePeer;
import io.holdfast.it.harness.Signal;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code holdfast chat} as a process, with the clients that people use. */
@SuppressWarnings("NullAway.Init")
final class ChatIT {
  private Child chat;
  private String port;

  @BeforeEach
  void start() throws IOException {
    chat =
        Child.holdfast(
            "chat",
            Map.of("HOST", "127.0.0.1", "PORT", "0", "NODE_NAME", "ash", "SHUTDOWN_TIMEOUT", "500"),
            List.of("chat"));
    port = chat.log().await("chat listens on ws://127.0.0.1:(\\d+)/ws/chat/ID as ash").group(1);
  }

  @AfterEach
  void stop() throws Exception {
    try (Child ending = chat) {
      ending.signal(Signal.TERM);
      assertThat(ending.exitCode()).isEqualTo(143);
      assertThat(ending.log().lines()).noneMatch(line -> line.contains("Exception"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
  void socketIoAndPlainWebSocketsTalkWithEachOther(String transports) throws Exception {
    try (NodePeer client =
        NodePeer.start("chat-client.js", "http://127.0.0.1:" + port, transports)) {
      client.awaitSuccess();
    }
  }

  @Test
  void soTheyDoThroughTheGateway() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.to("ws://127.0.0.1:" + port);
        NodePeer client =
            NodePeer.start("chat-client.js", gateway.http("/"), "polling,websocket")) {
      client.awaitSuccess();
    }
  }
}
