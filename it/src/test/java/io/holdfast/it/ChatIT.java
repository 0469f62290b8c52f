package io.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.ChatNode;
import io.holdfast.it.harness.Child;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.NodePeer;
import io.holdfast.it.harness.Signal;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code holdfast chat} as a process, with the clients that people use. */
@SuppressWarnings("NullAway.Init")
final class ChatIT {
  private ChatNode chat;

  private void start(Map<String, String> more) throws IOException {
    chat = ChatNode.start("ash", more);
  }

  @AfterEach
  void stop() throws Exception {
    try (ChatNode node = chat) {
      Child ending = node.process();
      ending.signal(Signal.TERM);
      assertThat(ending.exitCode()).isEqualTo(143);
      assertThat(ending.log().lines()).noneMatch(line -> line.contains("Exception"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
  void socketIoAndPlainWebSocketsTalkWithEachOther(String transports) throws Exception {
    start(Map.of());
    try (NodePeer client = NodePeer.start("chat-client.js", chat.http(), transports)) {
      client.awaitSuccess();
    }
  }

  @Test
  void soTheyDoThroughTheGateway() throws Exception {
    start(Map.of());
    try (GatewayProcess gateway = GatewayProcess.to(chat.backend());
        NodePeer client =
            NodePeer.start("chat-client.js", gateway.http("/"), "polling,websocket")) {
      client.awaitSuccess();
    }
  }

  @Test
  void socketIoTellsItsToken() throws Exception {
    String secret = "a secret that is 32 bytes or more";
    start(Map.of("JWT_SECRET", secret));
    try (NodePeer client = NodePeer.start("chat-auth.js", chat.http(), token(secret))) {
      client.awaitSuccess();
    }
  }

  /** By hand, as RFC 7515 has it in section 3.1. */
  private static String token(String secret) throws GeneralSecurityException {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String signed =
        base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(UTF_8))
            + "."
            + base64.encodeToString("{\"sub\":\"ann\",\"exp\":4102444800}".getBytes(UTF_8));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
    return signed + "." + base64.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
  }
}
