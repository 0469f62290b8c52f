package io.holdfast.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.harness.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What happens to a relay while the backend that it is to move to has not answered yet. */
final class SlowMoveIT {
  private static String config(String blue, ServerSocket green) {
    return """
    listeners: [{ bind: "127.0.0.1:0" }]
    routes: [{ service: chat }]
    services:
      chat:
        timeouts: { close: 2s }
        drain: { deadline: 60s }
        migration: { mode: live, timeout: 30s }
        backends: ["%s", "ws://127.0.0.1:%d"]
    """
        .formatted(blue, green.getLocalPort());
  }

  /** A backend of which the test plays each answer. */
  private static ServerSocket green() throws IOException {
    ServerSocket green = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    green.setSoTimeout(10_000);
    return green;
  }

  /** A client of blue, which is then drained; green has its handshake. */
  private static Socket moving(GatewayProcess gateway, EchoBackend blue, ServerSocket green)
      throws Exception {
    gateway.told(0, "drain", "127.0.0.1:" + blue.port());
    Socket asked = green.accept();
    asked.setSoTimeout(20_000);
    InputStream in = asked.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append(new String(in.readNBytes(1), ISO_8859_1));
    }
    assertThat(head.toString().toLowerCase(Locale.ROOT)).contains("holdfast-resume: planned");
    return asked;
  }

  private static JsonNode drain(GatewayProcess gateway) throws Exception {
    return JsonMapper.shared().readTree(gateway.adminGet("/api/v1/drains")).at("/drains/0");
  }

  private static RawClient client(GatewayProcess gateway, ServerSocket green) throws Exception {
    gateway.told(0, "down", "127.0.0.1:" + green.getLocalPort());
    RawClient client = RawClient.webSocket(gateway.port(), "/");
    gateway.told(0, "clear", "127.0.0.1:" + green.getLocalPort());
    return client;
  }

  @Test
  void aDrainEndsThoughItsClientLeavesBeforeTheNewBackendAnswers() throws Exception {
    try (EchoBackend blue = EchoBackend.start();
        ServerSocket green = green();
        GatewayProcess gateway = GatewayProcess.start(config(blue.url(), green));
        RawClient client = client(gateway, green);
        Socket asked = moving(gateway, blue, green)) {
      client.write(RawFrame.close(1000, "bye"));
      assertThat(client.readClose().closeCode()).isEqualTo(1000);
      await()
          .untilAsserted(
              () -> assertThat(drain(gateway).path("state").asString()).isEqualTo("done"));
      assertThat(drain(gateway).path("gone").asInt()).as(drain(gateway).toString()).isEqualTo(1);
      assertThat(asked.getInputStream().read()).as("nobody wants its answer").isEqualTo(-1);
    }
  }

  @Test
  void anAnswerThatComesWhileTheRelayClosesIsNotWanted() throws Exception {
    try (EchoBackend blue = EchoBackend.start();
        ServerSocket green = green();
        GatewayProcess gateway = GatewayProcess.start(config(blue.url(), green));
        RawClient client = client(gateway, green);
        Socket asked = moving(gateway, blue, green)) {
      blue.process().signal(Signal.STOP);
      Path stat = Path.of("/proc/" + blue.process().pid() + "/stat");
      await().until(() -> Files.readString(stat).contains(") T "));
      client.write(RawFrame.close(1000, "bye"));
      await().until(() -> gateway.adminGet("/api/v1/connections").contains("\"closing\""));
      asked
          .getOutputStream()
          .write(
              ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      + "Sec-WebSocket-Accept: "
                      + RawClient.ACCEPT
                      + "\r\n\r\n")
                  .getBytes(ISO_8859_1));
      assertThat(asked.getInputStream().read()).isEqualTo(-1);
      assertThat(client.readClose().closeCode()).isEqualTo(1000);
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> assertThat(drain(gateway).path("state").asString()).isEqualTo("done"));
      blue.process().signal(Signal.CONT);
    }
  }
}
