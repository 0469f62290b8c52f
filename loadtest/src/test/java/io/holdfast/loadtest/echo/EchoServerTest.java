package io.holdfast.loadtest.echo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EchoServerTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private EchoServer server;

  @BeforeEach
  void start() throws IOException {
    server = EchoServer.start(EchoOptions.loopback(2));
  }

  @AfterEach
  void stop() {
    server.close();
    http.shutdownNow();
  }

  private WebSocket open(JdkPeer peer) {
    return http.newWebSocketBuilder()
        .subprotocols("chat", "other")
        .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/any"), peer)
        .join();
  }

  @Test
  void echoesTextBinaryFragmentsAndPingsInOrder() {
    JdkPeer peer = new JdkPeer();
    WebSocket socket = open(peer);
    byte[] big = new byte[1 << 20];
    new Random(1).nextBytes(big);

    socket.sendText("héllo", true).join();
    socket.sendText("one ", false).join();
    socket.sendText("two", true).join();
    socket.sendPing(ByteBuffer.wrap("p".getBytes(UTF_8))).join();
    socket.sendText("", true).join();
    socket.sendBinary(ByteBuffer.wrap(big), true).join();

    await().until(() -> peer.events.size() == 5);
    assertThat(peer.events)
        .containsExactly(
            "text héllo", "text one two", "pong p", "text ", "binary " + Arrays.hashCode(big));
    assertThat(socket.getSubprotocol()).isEqualTo("chat");
  }

  @Test
  void answersACloseWithItsCode() {
    JdkPeer peer = new JdkPeer();
    WebSocket socket = open(peer);
    assertThat(server.connections()).isEqualTo(1);

    socket.sendClose(4321, "enough").join();

    await().until(() -> peer.events.contains("close 4321 enough"));
    await().until(() -> server.connections() == 0);
  }

  @Test
  void closesWithGoingAway() {
    JdkPeer peer = new JdkPeer();
    open(peer);

    server.close();

    await().until(() -> peer.events.contains("close 1001 "));
  }

  @Test
  void killsWithoutAClose() {
    JdkPeer peer = new JdkPeer();
    open(peer);

    server.kill();

    await().until(() -> !peer.events.isEmpty());
    assertThat(peer.events).singleElement().asString().startsWith("error");
  }

  @Test
  void servesPlainHttpAndSaysWhoItIs() throws Exception {
    for (var address : server.addresses()) {
      String backend = "127.0.0.1:" + address.getPort();
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create("http://" + backend + "/"))
                  .POST(HttpRequest.BodyPublishers.ofString("x".repeat(100_000)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains(backend);
      assertThat(answer.headers().firstValue("X-Backend")).contains(backend);
    }
  }

  @Test
  void saysWhichAddressIsTaken() {
    int taken = server.port();

    assertThatThrownBy(() -> EchoServer.start(EchoOptions.onPort(taken)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen on")
        .hasMessageContaining(":" + taken);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, dGhlIHNhbXBsZSBub25jZQ==, 13, HTTP/1.1 101",
    "GET, dGhlIHNhbXBsZSBub25jZQ==, 8, HTTP/1.1 426",
    "GET, short, 13, HTTP/1.1 400",
    "POST, dGhlIHNhbXBsZSBub25jZQ==, 13, HTTP/1.1 400",
  })
  void checksTheHandshake(String method, String key, String version, String status)
      throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(handshake(method, key, version).getBytes(ISO_8859_1));

      assertThat(readHead(socket.getInputStream())).startsWith(status);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8100",
        "c18000000000",
        "838000000000",
        "8980000000008100",
        "888100000000aa",
        "88820000000003ed",
        "808000000000"
      })
  void closesWith1002OnProtocolErrors(String sent) throws IOException {
    try (Socket socket = upgraded()) {
      socket.getOutputStream().write(HexFormat.of().parseHex(sent));

      String answered = HexFormat.of().formatHex(socket.getInputStream().readAllBytes());

      // A Ping before the error is still answered.
      assertThat(answered).matches((sent.startsWith("89") ? "8a00" : "") + "88..03ea.*");
    }
  }

  @Test
  void echoesInPlaceHoweverTheBytesAreSplit() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    RawFrames frames = new RawFrames(random, 120);
    try (Socket socket = upgraded()) {
      OutputStream out = socket.getOutputStream();
      Thread writer = Thread.ofVirtual().start(() -> frames.writeSplit(out));

      byte[] echoed = socket.getInputStream().readNBytes(frames.expected().length);

      assertThat(Arrays.equals(echoed, frames.expected())).as("seed %d", seed).isTrue();
      assertThat(writer).isNotNull();
    }
  }

  @Test
  void waitsForAClientThatDoesNotReadWithoutKeepingItsBytes() throws Exception {
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(server.addresses().getFirst());
      upgrade(socket);
      byte[] frame = new byte[14 + 65_536];
      frame[0] = (byte) 0x82;
      frame[1] = (byte) 0xff;
      frame[7] = 1;
      OutputStream out = socket.getOutputStream();
      long[] written = new long[1];
      Thread writer =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (written[0] < 1L << 30) {
                    out.write(frame);
                    written[0] += frame.length;
                  }
                } catch (IOException e) {
                  // The socket was closed at the end of the test.
                }
              });

      assertThat(writer.join(Duration.ofSeconds(2))).isFalse();
      assertThat(written[0]).isLessThan(64L << 20);
    }
  }

  private Socket upgraded() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    upgrade(socket);
    return socket;
  }

  private static void upgrade(Socket socket) throws IOException {
    socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(20));
    socket
        .getOutputStream()
        .write(handshake("GET", "dGhlIHNhbXBsZSBub25jZQ==", "13").getBytes(ISO_8859_1));
    String head = readHead(socket.getInputStream());
    if (!head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) {
      throw new SocketException("no handshake: " + head);
    }
  }

  private static String handshake(String method, String key, String version) {
    return method
        + " / HTTP/1.1\r\nHost: x\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
        + "Sec-WebSocket-Key: "
        + key
        + "\r\nSec-WebSocket-Version: "
        + version
        + "\r\n\r\n";
  }

  private static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      head.append((char) next);
    }
    return head.toString();
  }
}
