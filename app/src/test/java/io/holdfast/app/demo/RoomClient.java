package io.holdfast.app.demo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A WebSocket client that keeps what it receives. */
final class RoomClient implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final HttpClient http = HttpClient.newHttpClient();
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private final WebSocket socket;

  private RoomClient(URI uri) {
    socket = http.newWebSocketBuilder().buildAsync(uri, new Receiver()).join();
  }

  static RoomClient connect(int port, String path) {
    return new RoomClient(URI.create("ws://127.0.0.1:" + port + path));
  }

  void send(String text) {
    socket.sendText(text, true).join();
  }

  /** The next message; {@code close CODE} and {@code pong} stand for those frames. */
  String next() throws InterruptedException {
    return Objects.requireNonNull(
        received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "nothing was received in time");
  }

  /** The next message of this type; those before it are forgotten. */
  JsonNode next(String type) throws InterruptedException {
    while (true) {
      JsonNode message = JsonMapper.shared().readTree(next());
      if (message.get("type").asString().equals(type)) {
        return message;
      }
    }
  }

  WebSocket socket() {
    return socket;
  }

  private final class Receiver implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        received.add(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedStage(null);
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
      received.add("pong");
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      received.add("close " + code);
      return null;
    }
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
  }
}
