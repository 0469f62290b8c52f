package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.Browser;
import io.holdfast.it.harness.Child;
import io.holdfast.it.harness.Signal;
import io.holdfast.it.harness.Tab;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code holdfast demo} as a user sees it: its output, and its page in a real browser. */
final class DemoIT {
  private static final Map<String, String> LEAK_DETECTION =
      Map.of("HOLDFAST_JAVA_OPTS", "-Xmx256m -Dio.netty.leakDetection.level=paranoid");

  private Child demo;
  private String page;
  private String admin;

  @BeforeEach
  void startDemo() throws Exception {
    demo = Child.holdfast("demo", LEAK_DETECTION, List.of("demo", "--port", "0"));
    page = demo.log().await("^ +page +(http://\\S+)$").group(1);
    admin = demo.log().await("^ +admin +(http://\\S+)$").group(1);
    demo.log().await("Ctrl-C ends the demo");
  }

  @AfterEach
  void endDemo() throws Exception {
    try (Child ending = demo) {
      if (ending.alive()) {
        ending.signal(Signal.INT);
        assertThat(ending.exitCode()).as("exit code after Ctrl-C").isZero();
      }
      assertThat(ending.log().lines())
          .noneMatch(line -> line.contains("LEAK") || line.contains("Exception"));
    }
  }

  @Test
  void whatOneTypesAppearsAtTheOtherOverAllBackends() throws Exception {
    try (Browser browser = Browser.start()) {
      Tab ada = browser.open(page);
      ada.awaitText("#people", "only you");
      ada.type("#name", "Ada");
      Tab grace = browser.open(page);
      grace.awaitText("#people", "2 people");
      ada.awaitText("#people", "2 people");
      assertThat(ada.text("#backend")).isNotEqualTo(grace.text("#backend"));
      assertThat(ada.text("#gateway")).isEqualTo("Holdfast demo");

      ada.type("#text", "Good morning <b>Grace</b>");
      grace.awaitText("#typing", "Ada is typing");
      ada.enter();
      grace.awaitText("#messages .said", "Good morning <b>Grace</b>");
      assertThat(grace.text("#messages .from")).isEqualTo("Ada");

      grace.type("#text", "Good morning");
      grace.enter();
      ada.awaitText("#messages .said:last-child", "Good morning");
      ada.await("document.querySelector('#latency').innerText.endsWith(' ms')");
      assertThat(ada.text("#text")).isEmpty();
      assertThat(ada.problems()).isEmpty();
      assertThat(grace.problems()).isEmpty();
    }
  }

  @Test
  void twelveConnectionsUseAllBackendsAlike() throws Exception {
    try (Browser browser = Browser.start()) {
      Tab tab = browser.open(page);
      tab.awaitText("#state", "Connected");
      // Connections that are opened all at once are balanced with those under way counted.
      tab.eval(
          """
          Promise.all(Array.from({length: 12}, (_, i) => new Promise((opened) => {
            new WebSocket(`ws://${location.host}/ws/chat/more-${i}`).onopen = opened;
          }))).then(() => 'all')
          """);

      List<Integer> relays = relays("chat");
      assertThat(relays).hasSize(3).allMatch(count -> count >= 3);
      assertThat(relays.stream().mapToInt(n -> n).sum()).isEqualTo(13);
    }
  }

  @Test
  void aClosedConnectionComesBack() throws Exception {
    try (Browser browser = Browser.start()) {
      Tab tab = browser.open(page);
      awaitConnections(tab, 1);
      String id = get("api/v1/connections").get("connections").get(0).get("id").asString();

      HttpRequest close =
          HttpRequest.newBuilder(URI.create(admin + "api/v1/connections/" + id + "?code=1012"))
              .DELETE()
              .build();
      try (HttpClient http = HttpClient.newHttpClient()) {
        assertThat(http.send(close, BodyHandlers.discarding()).statusCode()).isEqualTo(202);
      }

      awaitConnections(tab, 2);
      tab.awaitText("#state", "Connected");
    }
  }

  @Test
  void socketIoStaysWithOneBackend() throws Exception {
    try (Browser browser = Browser.start()) {
      Tab other = browser.open(page);
      other.awaitText("#people", "only you");
      Tab tab = browser.open(page);
      awaitConnections(tab, 1);
      tab.choose("#transports", "socketio");
      awaitConnections(tab, 2);
      assertThat(tab.text("#transport")).isEqualTo("Socket.IO");
      String first = tab.text("#backend");
      for (int i = 3; i < 7; i++) {
        tab.click("#reconnect");
        awaitConnections(tab, i);
        assertThat(tab.text("#backend")).isEqualTo(first);
      }
      tab.type("#text", "By another way");
      tab.enter();
      other.awaitText("#messages .said", "By another way");
      // A poll that waits when its session ends is dropped by the server, not answered.
      assertThat(tab.problems()).allMatch(problem -> problem.contains("/socket.io/?EIO=4"));
    }
  }

  @Test
  void aTakenPortIsSaidAndTheNextFreeOneTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      try (Child other = Child.holdfast("demo", Map.of(), List.of("demo", "--port", port))) {
        other.log().await("Port " + port + " is taken, so this one is on \\d+");
        other.log().await("^ +page +http://127.0.0.1:(?!" + port + "/)\\d+/$");
        other.log().await("Ctrl-C ends the demo");
        Path config = Path.of(other.log().await("^ +config +(\\S+)$").group(1));
        assertThat(config).exists();

        other.signal(Signal.TERM);
        assertThat(other.exitCode()).isZero();
        assertThat(Files.exists(config.getParent())).isFalse();
      }
    }
  }

  private static void awaitConnections(Tab tab, int count) {
    tab.await("document.querySelector('#connections')?.innerText === '" + count + "'");
  }

  private List<Integer> relays(String service) throws Exception {
    return get("api/v1/services")
        .get("services")
        .valueStream()
        .filter(one -> one.get("name").asString().equals(service))
        .flatMap(one -> one.get("backends").valueStream())
        .map(backend -> backend.get("relays").asInt())
        .toList();
  }

  private JsonNode get(String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(admin + path)).build();
      return JsonMapper.shared().readTree(http.send(request, BodyHandlers.ofString()).body());
    }
  }
}
