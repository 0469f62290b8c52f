package io.holdfast.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class DemoBackendsTest {
  private DemoBackends backends;
  private List<Integer> ports;

  @BeforeEach
  void start() throws IOException {
    backends = DemoBackends.start();
    ports = List.copyOf(backends.ports().values());
  }

  @AfterEach
  void stop() {
    backends.close();
  }

  @Test
  void aVisitorIsWelcomedByItsBackend() throws Exception {
    try (RoomClient client = RoomClient.connect(ports.get(1), "/room/tea")) {
      JsonNode welcome = client.next("welcome");
      assertThat(welcome.get("backend").asString()).isEqualTo("birch");
      assertThat(welcome.get("room").asString()).isEqualTo("tea");
      assertThat(welcome.get("you").asString()).startsWith("guest-");
    }
  }

  @Test
  void whatIsSaidIsHeardOverAllBackendsWithTheSendersBackend() throws Exception {
    try (RoomClient ada = RoomClient.connect(ports.get(0), "/room/tea");
        RoomClient grace = RoomClient.connect(ports.get(2), "/room/tea")) {
      grace.next("welcome");
      ada.send("{\"type\":\"say\",\"from\":\" Ada \",\"text\":\"Grüße \\uD83D\\uDC4B\"}");

      assertThat(grace.next("said").toString())
          .isEqualTo(
              "{\"type\":\"said\",\"from\":\"Ada\",\"text\":\"Grüße 👋\",\"backend\":\"ash\",\"yours\":false}");
      assertThat(ada.next("said").get("yours").asBoolean()).isTrue();
    }
  }

  @Test
  void anotherRoomHearsNothing() throws Exception {
    try (RoomClient ada = RoomClient.connect(ports.get(0), "/room/tea");
        RoomClient other = RoomClient.connect(ports.get(0), "/room/coffee")) {
      ada.send("tea?");
      ada.next("said");
      other.send("coffee?");
      assertThat(other.next("said").get("text").asString()).isEqualTo("coffee?");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain words", "{not JSON", "{\"a\":1} and more"})
  void whatIsNoJsonIsSaidByTheGuest(String text) throws Exception {
    try (RoomClient client = RoomClient.connect(ports.get(0), "/room/tea")) {
      String guest = client.next("welcome").get("you").asString();
      client.send(text);
      JsonNode said = client.next("said");
      assertThat(said.get("text").asString()).isEqualTo(text);
      assertThat(said.get("from").asString()).isEqualTo(guest);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"   ", "{}", "{\"type\":\"dance\"}", "{\"type\":\"say\",\"text\":[]}"})
  void whatMeansNothingIsIgnored(String text) throws Exception {
    try (RoomClient client = RoomClient.connect(ports.get(0), "/room/tea")) {
      client.send(text);
      client.send("hello");
      assertThat(client.next("said").get("text").asString()).isEqualTo("hello");
    }
  }

  @Test
  void longNamesAndTextsAreCutBetweenCharacters() throws Exception {
    try (RoomClient client = RoomClient.connect(ports.get(0), "/room/tea")) {
      client.send(
          "{\"type\":\"say\",\"from\":\"%s\",\"text\":\"%s\"}"
              .formatted("n" + "👋".repeat(40), "t".repeat(3000)));
      JsonNode said = client.next("said");
      assertThat(said.get("from").asString()).isEqualTo("n" + "👋".repeat(15));
      assertThat(said.get("text").asString()).hasSize(2000);
    }
  }

  @Test
  void aPingIsAnsweredWithItsTime() throws Exception {
    try (RoomClient client = RoomClient.connect(ports.get(0), "/room/tea")) {
      client.send("{\"type\":\"ping\",\"at\":1234.5}");
      assertThat(client.next("pong").get("at").asDouble()).isEqualTo(1234.5);
    }
  }

  @Test
  void presenceCountsPeopleInTheRoomAndConnectionsOfAllBackends() throws Exception {
    try (RoomClient client = RoomClient.connect(ports.get(0), "/room/tea")) {
      awaitPresence(client, 1, 1, 0, 0);
      RoomClient echo = RoomClient.connect(ports.get(1), "/echo");
      awaitPresence(client, 1, 1, 1, 0);
      RoomClient guest = RoomClient.connect(ports.get(2), "/room/tea");
      awaitPresence(client, 2, 1, 1, 1);
      echo.close();
      guest.close();
      awaitPresence(client, 1, 1, 0, 0);
    }
  }

  private static void awaitPresence(RoomClient client, int people, int... connections)
      throws InterruptedException {
    // next() fails by itself when no more presence comes.
    while (true) {
      JsonNode presence = client.next("presence");
      List<Integer> counts =
          presence.get("backends").valueStream().map(b -> b.get("connections").asInt()).toList();
      if (presence.get("people").asInt() == people
          && counts.equals(Arrays.stream(connections).boxed().toList())) {
        return;
      }
    }
  }

  @Test
  void theEchoSendsBackTextPingAndClose() throws Exception {
    try (RoomClient client = RoomClient.connect(ports.get(0), "/echo")) {
      client.send("again");
      assertThat(client.next()).isEqualTo("again");
      client.socket().sendPing(ByteBuffer.allocate(4)).join();
      assertThat(client.next()).isEqualTo("pong");
      client.socket().sendClose(4321, "").join();
      assertThat(client.next()).isEqualTo("close 4321");
    }
  }

  @Test
  void aRoomTakesTextOnlyAndNotTooMuch() throws Exception {
    try (RoomClient binary = RoomClient.connect(ports.get(0), "/room/tea");
        RoomClient large = RoomClient.connect(ports.get(0), "/room/coffee")) {
      binary.socket().sendBinary(ByteBuffer.allocate(4), true).join();
      assertThat(closeOf(binary)).isEqualTo("close 1003");
      WebSocket socket = large.socket();
      socket.sendText("x".repeat(10_000), false).join();
      socket.sendText("x".repeat(10_000), true).join();
      assertThat(closeOf(large)).isEqualTo("close 1009");
    }
  }

  private static String closeOf(RoomClient client) throws InterruptedException {
    while (true) {
      String message = client.next();
      if (message.startsWith("close")) {
        return message;
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET,  /,              200, text/html; charset=utf-8",
    "HEAD, /,              200, text/html; charset=utf-8",
    "GET,  /page.js?v=1,   200, text/javascript; charset=utf-8",
    "GET,  /connection.js, 200, text/javascript; charset=utf-8",
    "GET,  /page.css,      200, text/css; charset=utf-8",
    "GET,  /icon.svg,      200, image/svg+xml",
    "POST, /,              405, text/plain; charset=utf-8",
    "GET,  /nothing,       404, text/plain; charset=utf-8",
    "GET,  /room/,         404, text/plain; charset=utf-8",
    "GET,  /room/a/b,      404, text/plain; charset=utf-8",
    "GET,  /room/a,        426, text/plain; charset=utf-8",
    "GET,  /echo,          426, text/plain; charset=utf-8"
  })
  void plainHttpIsAnswered(String method, String path, int status, String type) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.get(2) + path))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build();
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(answer.headers().firstValue("content-type")).contains(type);
      assertThat(answer.headers().firstValue("x-backend")).contains("cedar");
      assertThat(answer.headers().firstValue("content-security-policy").orElse(""))
          .startsWith("default-src 'none'")
          .doesNotContain("unsafe");
    }
  }

  @Test
  void thePageAsksForNothingElsewhere() throws Exception {
    for (String path : List.of("/", "/page.js", "/connection.js", "/page.css")) {
      Page page = Objects.requireNonNull(Page.at(path));
      assertThat(new String(page.content(), StandardCharsets.UTF_8))
          .doesNotContainPattern("(src|href)=\"(https?:)?//")
          .doesNotContain(": url(", "@import");
    }
  }
}
