package io.holdfast.chat;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client with a WebSocket, which remembers all that it hears. */
final class Talker implements WebSocket.Listener, AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final List<JsonNode> heard = new CopyOnWriteArrayList<>();
  private final StringBuilder part = new StringBuilder();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final boolean acknowledges;
  private @Nullable WebSocket socket;

  private Talker(boolean acknowledges) {
    this.acknowledges = acknowledges;
  }

  /** Connects by this name. */
  static Talker connect(InetSocketAddress server, String id) {
    return connect(server, id, true);
  }

  static Talker connect(InetSocketAddress server, String id, boolean acknowledges) {
    return new Talker(acknowledges).open(server, id, List.of());
  }

  /**
   * As {@link #connect(InetSocketAddress, String)}.
   *
   * @param headers names and values by turns
   */
  static Talker connect(InetSocketAddress server, String id, List<String> headers) {
    return new Talker(true).open(server, id, headers);
  }

  private Talker open(InetSocketAddress server, String id, List<String> headers) {
    URI uri = URI.create("ws://127.0.0.1:" + server.getPort() + "/ws/chat/" + id);
    WebSocket.Builder builder = HTTP.newWebSocketBuilder();
    for (int i = 0; i < headers.size(); i += 2) {
      builder.header(headers.get(i), headers.get(i + 1));
    }
    socket = builder.buildAsync(uri, this).join();
    return this;
  }

  WebSocket socket() {
    if (socket == null) {
      throw new IllegalStateException("not connected");
    }
    return socket;
  }

  Talker send(String json) {
    synchronized (this) {
      socket().sendText(json, true).join();
    }
    return this;
  }

  /** Whether something may be sent. */
  boolean isOpen() {
    return !socket().isOutputClosed();
  }

  /** Joins a room, and waits until it is there. */
  Talker join(String room) {
    send("{\"type\":\"join\",\"room\":\"" + room + "\",\"ref\":\"join-" + room + "\"}");
    await(message -> message.path("ref").asString("").equals("join-" + room));
    return this;
  }

  Talker say(String room, String text, String ref) {
    return send(
        "{\"type\":\"say\",\"room\":\"%s\",\"text\":\"%s\",\"ref\":\"%s\"}"
            .formatted(room, text, ref));
  }

  List<JsonNode> heard() {
    return List.copyOf(heard);
  }

  List<JsonNode> heard(String type) {
    return heard.stream().filter(message -> type(message).equals(type)).toList();
  }

  static String type(JsonNode message) {
    return message.path("type").asString("");
  }

  /** Waits for the first message like this. */
  JsonNode await(Predicate<JsonNode> like) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> heard.stream().anyMatch(like));
    return heard.stream().filter(like).findFirst().orElseThrow();
  }

  JsonNode await(String type) {
    return await(message -> type(message).equals(type));
  }

  /** The code that the server closed with. */
  int closeCode() throws Exception {
    return closed.get(20, TimeUnit.SECONDS);
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    part.append(data);
    if (last) {
      JsonNode message = JsonMapper.shared().readTree(part.toString());
      part.setLength(0);
      heard.add(message);
      if (acknowledges && type(message).equals("heartbeat")) {
        send("{\"type\":\"heartbeat_ack\"}");
      }
    }
    from.request(1);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
    from.request(1);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.completeExceptionally(error);
  }

  @Override
  public void close() {
    socket().abort();
  }
}
