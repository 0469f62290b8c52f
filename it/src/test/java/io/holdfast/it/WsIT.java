package io.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.NodePeer;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.harness.RawHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Client and server of npm's {@code ws} meet through one gateway. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WsIT {
  private final NodePeer server;
  private final GatewayProcess gateway;

  WsIT() throws IOException {
    server = NodePeer.start("ws-server.js");
    gateway = GatewayProcess.to("ws://127.0.0.1:" + server.port());
  }

  @BeforeAll
  void isReady() throws Exception {
    assertThat(gateway.adminGet("/readyz")).contains("ready");
  }

  @AfterAll
  void close() throws IOException {
    try (server;
        gateway) {
      assertThat(server.process().alive()).isTrue();
    }
  }

  private void client(String scenario, String path, String... args) throws Exception {
    String[] all = new String[args.length + 2];
    all[0] = scenario;
    all[1] = gateway.ws(path);
    System.arraycopy(args, 0, all, 2, args.length);
    try (NodePeer client = NodePeer.start("ws-client.js", all)) {
      client.awaitSuccess();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "compressed", "contextTakeover", "noContextTakeover", "pings"})
  void echoesArriveUnchanged(String scenario) throws Exception {
    client(scenario, "/echo");
  }

  @Test
  void aPingOfTheServerIsAnsweredByTheClient() throws Exception {
    client("serverPing", "/ping", "are-you-there");
  }

  @ParameterizedTest
  @CsvSource({"1000,'fine'", "3000,''", "4000,'grüße'", "4999,'the last code'", "'',''"})
  void aCloseOfTheClientReachesTheServer(String code, String reason) throws Exception {
    String path = "/echo?test=close-" + code;
    client("clientCloses", path, code, reason);

    assertThat(server.await("closed " + path))
        .isEqualTo((code.isEmpty() ? "1005" : code) + " " + reason);
  }

  @ParameterizedTest
  @CsvSource({"1000,'fine'", "1011,'oops'", "3000,''", "4000,'grüße'", "4999,'the end'", "'',''"})
  void aCloseOfTheServerReachesTheClient(String code, String reason) throws Exception {
    client("serverCloses", "/close", code, reason);
  }

  @Test
  void aReasonOf123BytesFits() throws Exception {
    client("serverCloses", "/close", "4001", "r".repeat(123));
    client("clientCloses", "/echo", "4001", "r".repeat(123));
  }

  @Test
  void subprotocolsAreNegotiatedEndToEnd() throws Exception {
    client("protocols", "/echo");
  }

  @Test
  void aServerMaySpeakInThePacketOfIts101() throws Exception {
    client("speaksFirst", "/speaks-first");
  }

  @Test
  void headersOfTheClientReachTheServer() throws Exception {
    client("headers", "/headers");
  }

  @ParameterizedTest
  @CsvSource({
    "401,www-authenticate,Bearer",
    "403,x-reason,because",
    "404,x-reason,because",
    "302,location,/elsewhere"
  })
  void aRefusalReachesTheClientWithHeadersAndBody(String status, String name, String value)
      throws Exception {
    client("refused", "/refuse", status, name, value);
  }

  @Test
  void framesRightBehindTheRequestAreNotLost() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(RawClient.upgrade("/echo").getBytes(UTF_8));
    int count = 200;
    for (int i = 0; i < count; i++) {
      bytes.writeBytes(RawFrame.text("message " + i + " ".repeat(i * 10)).masked());
    }
    try (RawClient client = RawClient.connect(gateway.port())) {
      client.write(bytes.toByteArray());

      assertThat(client.readHead().status()).isEqualTo(101);
      for (int i = 0; i < count; i++) {
        assertThat(client.readFrame().text()).isEqualTo("message " + i + " ".repeat(i * 10));
      }
      client.write(RawFrame.close(1000, ""));
      assertThat(client.readClose().closeCode()).isEqualTo(1000);
      assertThat(client.endsCleanly()).isTrue();
    }
  }

  @Test
  void theHandshakeOfFirefoxIsUnderstood() throws Exception {
    String request =
        """
        GET /echo HTTP/1.1
        Host: 127.0.0.1:%d
        User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
        Accept: */*
        Accept-Language: en-US,en;q=0.5
        Accept-Encoding: gzip, deflate, br, zstd
        Sec-WebSocket-Version: 13
        Origin: http://127.0.0.1:%d
        Sec-WebSocket-Protocol: chat.v2
        Sec-WebSocket-Extensions: permessage-deflate
        Sec-WebSocket-Key: %s
        Connection: keep-alive, Upgrade
        Sec-Fetch-Dest: empty
        Sec-Fetch-Mode: websocket
        Sec-Fetch-Site: same-origin
        Pragma: no-cache
        Cache-Control: no-cache
        Upgrade: websocket

        """
            .formatted(gateway.port(), gateway.port(), RawClient.KEY)
            .replace("\n", "\r\n");
    try (RawClient client = RawClient.connect(gateway.port())) {
      client.write(request);
      RawHead head = client.readHead();
      client.write(RawFrame.of(RawFrame.BINARY, new byte[0]));
      RawFrame answer = client.readFrame();

      assertThat(head.status()).isEqualTo(101);
      assertThat(head.header("sec-websocket-accept")).isEqualTo(RawClient.ACCEPT);
      assertThat(head.headers("sec-websocket-protocol")).containsExactly("chat.v2");
      assertThat(head.headers("sec-websocket-extensions")).containsExactly("permessage-deflate");
      assertThat(answer.opcode()).isEqualTo(RawFrame.BINARY);
    }
  }
}
