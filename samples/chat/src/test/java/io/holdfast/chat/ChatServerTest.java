package io.holdfast.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.holdfast.chat.room.MemoryRoomStore;
import io.holdfast.chat.session.CloseCodes;
import io.holdfast.chat.session.Limits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Nodes that share their rooms, and clients with WebSockets. */
final class ChatServerTest {
  private static final Limits GENEROUS = new Limits(50, 1e6, 1_000_000, 20, Duration.ofMinutes(1));

  private final MemoryRoomStore store = new MemoryRoomStore(InstantSource.system());
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private ChatServer server(String name, Map<String, String> more, @Nullable Limits limits)
      throws IOException {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("HOST", "127.0.0.1");
    environment.put("PORT", "0");
    environment.put("NODE_NAME", name);
    ChatServer server = ChatServer.start(Settings.of(environment), store, limits);
    open.add(server);
    return server;
  }

  private ChatServer server(String... more) throws IOException {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return server("node", environment, null);
  }

  private Talker talker(ChatServer server, String id) {
    Talker talker = Talker.connect(server.address(), id);
    open.add(talker);
    return talker;
  }

  private static HttpResponse<String> get(ChatServer server, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.address().getPort() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aClientIsToldFirstWhoItIs() throws Exception {
    Talker ann = talker(server(), "ann-1");
    JsonNode first = ann.await("connection_established");
    assertThat(ann.heard().getFirst()).isEqualTo(first);
    assertThat(first.path("connectionId").asString()).isEqualTo("ann-1");
    assertThat(first.path("node").asString()).isEqualTo("node");
    assertThat(first.at("/user/name").asString()).isEqualTo("guest-ann-1");
    assertThat(first.path("heartbeatInterval").asInt()).isEqualTo(30_000);
    assertThat(first.path("maxMessageSize").asInt()).isEqualTo(16_384);
  }

  @Test
  void whatIsSaidIsHeardByAllInTheRoomOnAllNodes() throws Exception {
    Talker ann = talker(server("a", Map.of(), Limits.USUAL), "ann").join("lobby");
    Talker bob = talker(server("b", Map.of(), Limits.USUAL), "bob").join("lobby");
    Talker eve = talker(server("c", Map.of(), Limits.USUAL), "eve").join("cellar");

    ann.say("lobby", "hello", "1");
    JsonNode heard = bob.await("message");
    assertThat(ann.await("message")).isEqualTo(heard);
    assertThat(heard.path("text").asString()).isEqualTo("hello");
    assertThat(heard.path("fromId").asString()).isEqualTo("ann");
    JsonNode response = ann.await(m -> m.path("ref").asString("").equals("1"));
    assertThat(Talker.type(response)).isEqualTo("message_response");
    assertThat(response.path("id")).isEqualTo(heard.path("id"));
    assertThat(response.path("sequence").asInt()).isEqualTo(1);
    assertThat(heard.path("timestamp").asString()).startsWith("20");
    assertThat(eve.heard("message")).isEmpty();
  }

  @Test
  void allHearTheSameInTheSameOrder() throws Exception {
    ChatServer one = server("a", Map.of(), GENEROUS);
    ChatServer two = server("b", Map.of(), GENEROUS);
    List<Talker> talkers =
        IntStream.range(0, 4)
            .mapToObj(i -> talker(i % 2 == 0 ? one : two, "t" + i).join("r"))
            .toList();
    int each = 250;
    List<Thread> threads =
        talkers.stream()
            .map(talker ->
                Thread.ofVirtual()
                    .start(
                        () -> IntStream.range(0, each).forEach(i -> talker.say("r", "m" + i, "x"))))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    List<Long> all = LongStream.rangeClosed(1, 4L * each).boxed().toList();
    for (Talker talker : talkers) {
      Awaitility.await().until(() -> talker.heard("message").size() == all.size());
      assertThat(talker.heard("message").stream().map(m -> m.path("sequence").asLong()))
          .isEqualTo(all);
      for (Talker from : talkers) {
        String id = from.await("connection_established").path("connectionId").asString();
        assertThat(
                talker.heard("message").stream()
                    .filter(m -> m.path("fromId").asString().equals(id))
                    .map(m -> m.path("text").asString()))
            .as("what %s said", id)
            .isEqualTo(IntStream.range(0, each).mapToObj(i -> "m" + i).toList());
      }
    }
  }

  @Test
  void whoComesLaterFindsWhatWasSaidAndWhoIsThere() throws Exception {
    ChatServer server = server("a", Map.of(), GENEROUS);
    Talker ann = talker(server, "ann").join("r");
    for (int i = 1; i <= 60; i++) {
      ann.say("r", "m" + i, "s" + i);
    }
    ann.await(m -> m.path("ref").asString("").equals("s60"));
    Talker bob = talker(server, "bob").join("r");
    JsonNode arrival = bob.await(m -> m.path("ref").asString("").equals("join-r"));
    assertThat(arrival.path("history").size()).isEqualTo(50);
    assertThat(arrival.at("/history/49/text").asString()).isEqualTo("m60");
    assertThat(arrival.path("members").valueStream().map(m -> m.path("id").asString()))
        .containsExactly("ann", "bob");
    JsonNode came =
        ann.await(m -> Talker.type(m).equals("presence") && m.path("count").asInt() == 2);
    assertThat(came.path("event").asString()).isEqualTo("joined");
    assertThat(came.at("/member/id").asString()).isEqualTo("bob");

    bob.send("{\"type\":\"history\",\"room\":\"r\",\"before\":11,\"limit\":5,\"ref\":\"h\"}");
    JsonNode older = bob.await(m -> m.path("ref").asString("").equals("h"));
    assertThat(older.path("history").valueStream().map(m -> m.path("text").asString()))
        .containsExactly("m6", "m7", "m8", "m9", "m10");

    bob.send("{\"type\":\"typing\",\"room\":\"r\"}");
    assertThat(ann.await("typing").at("/member/id").asString()).isEqualTo("bob");
    bob.close();
    JsonNode left =
        ann.await(
            m -> Talker.type(m).equals("presence") && m.path("event").asString().equals("left"));
    assertThat(left.path("count").asInt()).isEqualTo(1);
    ann.send("{\"type\":\"presence\",\"room\":\"r\",\"ref\":\"p\"}");
    JsonNode there = ann.await(m -> m.path("ref").asString("").equals("p"));
    assertThat(there.path("members").size()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hello | invalid_json",
        "[1] | invalid_message",
        "{} | invalid_message",
        "{\"type\":\"fly\"} | unknown_type",
        "{\"type\":7} | invalid_message",
        "{\"type\":\"join\"} | invalid_message",
        "{\"type\":\"join\",\"room\":\"a b\"} | invalid_message",
        "{\"type\":\"join\",\"room\":\"r\",\"name\":\"\"} | invalid_message",
        "{\"type\":\"join\",\"room\":\"r\",\"name\":\"\\u0007\"} | invalid_message",
        "{\"type\":\"say\",\"room\":\"r\",\"text\":\"x\"} | not_in_room",
        "{\"type\":\"say\",\"room\":\"r\",\"text\":5} | invalid_message",
        "{\"type\":\"history\",\"room\":\"r\",\"limit\":101} | invalid_message",
        "{\"type\":\"history\",\"room\":\"r\",\"before\":1.5} | invalid_message",
        "{\"type\":\"leave\",\"room\":\"r\"} | not_in_room",
      })
  void aMessageThatBreaksARuleIsAnsweredAndNoMore(String message, String code) throws Exception {
    Talker ann = talker(server(), "ann");
    ann.send(message);
    assertThat(ann.await("error").path("code").asString()).isEqualTo(code);
    ann.join("r").say("r", "still here", "1");
    assertThat(ann.await("message").path("text").asString()).isEqualTo("still here");
  }

  @Test
  void anErrorNamesTheRequest() throws Exception {
    Talker ann = talker(server(), "ann");
    ann.send("{\"type\":\"fly\",\"ref\":\"me\"}");
    assertThat(ann.await("error").path("ref").asString()).isEqualTo("me");
  }

  @Test
  void whoIsTooFastIsToldSoAndWhoGoesOnIsClosed() throws Exception {
    Limits strict = new Limits(1, 1, 3, 5, Duration.ofMinutes(1));
    ChatServer server = server("a", Map.of(), strict);
    Talker ann = talker(server, "ann").join("r");
    ann.send("{\"type\":\"join\",\"room\":\"s\"}");
    assertThat(ann.await("error").path("code").asString()).isEqualTo("too_many_rooms");
    for (int i = 0; i < 20 && ann.isOpen(); i++) {
      try {
        ann.say("r", "x", "x");
      } catch (CompletionException e) {
        // It was closed just now.
        assertThat(e).hasCauseInstanceOf(IOException.class);
      }
    }
    ann.await(m -> m.path("code").asString("").equals("rate_limited"));
    assertThat(ann.closeCode()).isEqualTo(CloseCodes.POLICY_VIOLATION);
    assertThat(ann.await("goodbye").path("reconnect").asBoolean()).isFalse();
    assertThat(get(server, "/metrics").body())
        .contains("websocket_errors_total{code=\"rate_limited\"}");
  }

  @Test
  void whatIsTooLargeOrNoTextIsClosed() throws Exception {
    ChatServer server = server("MAX_MESSAGE_SIZE", "1000");
    Talker large = talker(server, "large").send("\"" + "x".repeat(999) + "\"");
    assertThat(large.closeCode()).isEqualTo(CloseCodes.TOO_BIG);
    Talker parts = talker(server, "parts");
    parts.socket().sendText("x".repeat(600), false).join();
    parts.socket().sendText("x".repeat(600), true).join();
    assertThat(parts.closeCode()).isEqualTo(CloseCodes.TOO_BIG);
    Talker binary = talker(server, "binary");
    binary.socket().sendBinary(ByteBuffer.wrap(new byte[1]), true).join();
    assertThat(binary.closeCode()).isEqualTo(1003);
  }

  @Test
  void heartbeatsKeepThoseWhoAnswerThem() throws Exception {
    ChatServer server = server("HEARTBEAT_INTERVAL", "300", "CONNECTION_TIMEOUT", "1500");
    Talker awake = talker(server, "awake");
    Talker asleep = Talker.connect(server.address(), "asleep", false);
    open.add(asleep);
    assertThat(asleep.closeCode()).isEqualTo(CloseCodes.GOING_AWAY);
    assertThat(asleep.await("goodbye").path("reconnect").asBoolean()).isTrue();
    assertThat(asleep.heard("heartbeat")).isNotEmpty();
    Awaitility.await().until(() -> awake.heard("heartbeat").size() >= 8);
    awake.join("r");
  }

  @Test
  void whoIsOneTooManyMayComeAgainLater() throws Exception {
    ChatServer server = server("MAX_CONNECTIONS", "1");
    Talker ann = talker(server, "ann");
    assertThatThrownBy(() -> Talker.connect(server.address(), "bob"))
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            e -> {
              assertThat(e.getResponse().statusCode()).isEqualTo(503);
              assertThat(e.getResponse().headers().firstValue("retry-after")).contains("5");
            });
    assertThat(get(server, "/metric").body()).isEqualTo("1\n");
    ann.close();
    Awaitility.await().until(() -> get(server, "/metric").body().equals("0\n"));
    talker(server, "bob").await("connection_established");
  }

  @Test
  void whoConnectsAnewTakesThePlaceOfTheOldConnection() throws Exception {
    ChatServer server = server();
    Talker old = talker(server, "ann").join("r");
    Talker fresh = talker(server, "ann").join("r");
    assertThat(old.closeCode()).isEqualTo(CloseCodes.REPLACED);
    assertThat(old.await("goodbye").path("reconnect").asBoolean()).isFalse();
    fresh.say("r", "I", "1");
    fresh.await("message");
    AtomicInteger times = new AtomicInteger();
    Awaitility.await()
        .until(() -> {
          String ref = "p" + times.incrementAndGet();
          fresh.send("{\"type\":\"presence\",\"room\":\"r\",\"ref\":\"" + ref + "\"}");
          return fresh.await(m -> m.path("ref").asString("").equals(ref)).path("members").size()
              == 1;
        });
  }

  private static String token(String secret, String name, int seconds) throws Exception {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader(JWSAlgorithm.HS256),
            new JWTClaimsSet.Builder()
                .subject(name)
                .expirationTime(Date.from(Instant.now().plusSeconds(seconds)))
                .build());
    jwt.sign(new MACSigner(secret));
    return jwt.serialize();
  }

  private static int statusOf(ChatServer server, String pathAndQuery, String... protocols) {
    URI uri = URI.create("ws://127.0.0.1:" + server.address().getPort() + pathAndQuery);
    WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
    if (protocols.length > 0) {
      builder.subprotocols(protocols[0], Arrays.copyOfRange(protocols, 1, protocols.length));
    }
    try {
      WebSocket socket = builder.buildAsync(uri, new WebSocket.Listener() {}).join();
      assertThat(socket.getSubprotocol()).isEqualTo(protocols.length == 0 ? "" : protocols[0]);
      socket.abort();
      return 101;
    } catch (CompletionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        return refused.getResponse().statusCode();
      }
      throw e;
    }
  }

  @Test
  void aTokenIsNeededWhereThereIsASecret() throws Exception {
    String secret = "a secret that is 32 bytes or more";
    ChatServer server = server("JWT_SECRET", secret);
    String token = token(secret, "Ann", 600);
    assertThat(statusOf(server, "/ws/chat/a")).isEqualTo(401);
    assertThat(statusOf(server, "/ws/chat/b?token=x")).isEqualTo(401);
    assertThat(statusOf(server, "/ws/chat/c?token=" + token)).isEqualTo(101);
    assertThat(statusOf(server, "/ws/chat/d", "chat", "bearer." + token)).isEqualTo(101);

    Talker ann = talker(server, "e?token=" + token);
    assertThat(ann.await("connection_established").at("/user/name").asString()).isEqualTo("Ann");
    ann.send("{\"type\":\"join\",\"room\":\"r\",\"name\":\"Bob\"}");
    assertThat(ann.await("error").path("code").asString()).isEqualTo("forbidden");
    ann.join("r");

    Talker brief = talker(server, "f?token=" + token(secret, "Ann", 1));
    assertThat(brief.closeCode()).isEqualTo(CloseCodes.POLICY_VIOLATION);
    assertThat(brief.await("goodbye").path("reason").asString()).isEqualTo("the token has expired");
  }

  @Test
  void widgetsHaveLessRights() throws Exception {
    ChatServer server =
        server("JWT_SECRET", "a secret that is 32 bytes or more", "WIDGET_MODE", "true");
    assertThat(statusOf(server, "/ws/chat/a?token=x")).isEqualTo(401);
    Talker widget = talker(server, "widget").join("r");
    widget.send("{\"type\":\"join\",\"room\":\"s\",\"ref\":\"1\"}");
    assertThat(widget.await(m -> m.path("ref").asString("").equals("1")).path("code").asString())
        .isEqualTo("too_many_rooms");
    widget.send("{\"type\":\"join\",\"room\":\"r\",\"name\":\"Bob\",\"ref\":\"2\"}");
    assertThat(widget.await(m -> m.path("ref").asString("").equals("2")).path("code").asString())
        .isEqualTo("forbidden");
  }

  private static void stop(ChatServer server) {
    try {
      server.stop();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aStopSaysGoodbyeToAll() throws Exception {
    ChatServer server = server("SHUTDOWN_TIMEOUT", "8000");
    List<Talker> all = IntStream.range(0, 5).mapToObj(i -> talker(server, "t" + i)).toList();
    all.forEach(talker -> talker.await("connection_established"));
    Thread stop = Thread.ofVirtual().start(() -> stop(server));
    Awaitility.await().until(() -> get(server, "/health").statusCode() == 503);
    assertThat(get(server, "/health/websocket").body()).startsWith("{\"status\":\"draining\"");
    stop.join();
    for (Talker talker : all) {
      assertThat(talker.closeCode()).isEqualTo(CloseCodes.GOING_AWAY);
      assertThat(talker.await("goodbye").path("reconnect").asBoolean()).isTrue();
    }
  }

  @Test
  void healthAndMetrics() throws Exception {
    ChatServer server = server("METRICS_TOKEN", "a token that is long");
    Talker ann = talker(server, "ann").join("r");
    ann.say("r", "x", "1").await("message");
    HttpResponse<String> health = get(server, "/health");
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.headers().firstValue("x-content-type-options")).contains("nosniff");
    JsonNode said = JsonMapper.shared().readTree(health.body());
    assertThat(said.path("status").asString()).isEqualTo("healthy");
    assertThat(said.path("connections").asInt()).isEqualTo(1);
    assertThat(said.path("maxConnections").asInt()).isEqualTo(10_000);
    assertThat(get(server, "/metrics").body())
        .contains("websocket_connections_total 1.0\n")
        .contains("websocket_messages_total 2.0\n")
        .contains("websocket_message_latency_seconds_count 2\n")
        .contains("websocket_connection_duration_seconds_count 0\n");
    assertThat(get(server, "/metrics", "X-Forwarded-For", "10.0.0.1").statusCode()).isEqualTo(403);
    String[] token = {
      "X-Forwarded-For", "10.0.0.1", "Authorization", "Bearer a token that is long"
    };
    assertThat(get(server, "/metrics", token).statusCode()).isEqualTo(200);
    assertThat(get(server, "/health/websocket").body())
        .isEqualTo(
            "{\"status\":\"healthy\",\"websocket\":\"available\",\"endpoint\":\"/chat\",\"features\":"
                + "{\"heartbeat\":true,\"stickySession\":true,\"authentication\":true,"
                + "\"widgetSupport\":true,\"reconnection\":true}}");
    HttpResponse<String> page = get(server, "/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
    assertThat(page.headers().firstValue("content-security-policy").orElse(""))
        .contains("script-src 'self'");
    assertThat(get(server, "/nothing").statusCode()).isEqualTo(404);
    assertThat(get(server, "/ws/chat/ann").statusCode()).isEqualTo(426);
  }

  @Test
  void whoDoesNotReadIsClosedAndKeepsNobodyElse() throws Exception {
    ChatServer server = server("a", Map.of(), GENEROUS);
    try (SilentReader silent = SilentReader.connect(server.address(), "silent", "r")) {
      Talker ann = talker(server, "ann").join("r");
      String text = "x".repeat(4_000);
      for (int i = 0; i < 5_000; i++) {
        ann.say("r", text, "s" + i);
      }
      ann.await(m -> m.path("ref").asString("").equals("s4999"));
      Awaitility.await().until(() -> get(server, "/metric").body().equals("1\n"));
      assertThat(silent.isOpen()).isTrue();
    }
  }
}
