package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.Browser;
import io.holdfast.it.harness.ChatNode;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RedisServer;
import io.holdfast.it.harness.Tab;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The chat's page in a real browser, over a gateway and nodes that are killed. */
final class WebClientIT {
  private static final long BACK_MILLIS = 2000;
  private static final List<String> NAMES = List.of("ash", "birch", "cedar");

  @Test
  void whenABackendIsKilledAllAreBackAndNothingTypedIsLost() throws Exception {
    Map<String, ChatNode> nodes = new HashMap<>();
    try (RedisServer redis = RedisServer.start()) {
      for (String name : NAMES) {
        nodes.put(name, ChatNode.start(name, Map.of("REDIS_URL", redis.uri())));
      }
      String[] backends = nodes.values().stream().map(ChatNode::backend).toArray(String[]::new);
      try (GatewayProcess gateway = GatewayProcess.to(backends);
          Browser browser = Browser.start()) {
        Tab ada = browser.open(gateway.http("/"));
        ada.awaitText("#people", "only you");
        Tab grace = browser.open(gateway.http("/"));
        grace.awaitText("#people", "2 people");
        String victim = ada.text("#backend");
        assertThat(grace.text("#backend")).isNotEqualTo(victim);
        List<String> said = new ArrayList<>();

        typeOn(ada, "before", said);
        timeOfReturn(ada);
        kill(nodes, victim);
        typeOn(ada, "meanwhile", said);

        awaitReturn(ada);
        typeOn(ada, "after", said);
        awaitAll(ada, said);
        awaitAll(grace, said);
        assertThat(ada.text("#backend")).isNotEqualTo(victim);

        // The same again for the other, of whom the first hears.
        timeOfReturn(grace);
        kill(nodes, grace.text("#backend"));
        typeOn(grace, "answer", said);
        awaitReturn(grace);
        awaitAll(grace, said);
        awaitAll(ada, said);
      }
    } finally {
      nodes.values().forEach(ChatNode::close);
    }
  }

  private static void kill(Map<String, ChatNode> nodes, String name) {
    Objects.requireNonNull(nodes.get(name), name).close();
  }

  private static void typeOn(Tab tab, String what, List<String> said) throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      tab.type("#text", what + " " + i);
      tab.enter();
      said.add(what + " " + i);
    }
  }

  /** From when the page notices that it is cut off until it is connected again. */
  private static void timeOfReturn(Tab tab) throws InterruptedException {
    tab.eval(
        """
        {
          const state = document.querySelector('#state');
          let lost = 0;
          window.away = 0;
          new MutationObserver(() => {
            if (state.dataset.kind === 'open' && lost) window.away ||= performance.now() - lost;
            else lost ||= performance.now();
          }).observe(state, { attributes: true });
        }
        """);
  }

  private static void awaitReturn(Tab tab) throws InterruptedException {
    tab.await("window.away > 0");
    assertThat(tab.eval("window.away").asDouble()).as("ms away").isLessThan(BACK_MILLIS);
  }

  private static void awaitAll(Tab tab, List<String> said) throws InterruptedException {
    tab.await("document.querySelectorAll('.said:not(.pending) .text').length >= " + said.size());
    String texts =
        tab.eval("[...document.querySelectorAll('.said .text')].map((e) => e.innerText).join('|')")
            .asString();
    assertThat(List.of(texts.split("\\|"))).containsExactlyElementsOf(said);
  }

  @Test
  void thePageFitsWindowsAndPhonesInBothThemes() throws Exception {
    Path folder = Files.createDirectories(Path.of("target", "screenshots"));
    try (ChatNode node = ChatNode.start("ash", Map.of());
        Browser browser = Browser.start()) {
      Tab tab = browser.open(node.http());
      tab.awaitText("#state", "Connected");
      tab.type("#text", "A message of some length, which has to wrap on a phone. ".repeat(3));
      tab.enter();
      tab.awaitText("#messages .said", "A message");
      for (int width : new int[] {360, 390, 800, 1280}) {
        for (boolean dark : new boolean[] {false, true}) {
          tab.look(width, 800, dark);
          assertThat(tab.eval("document.documentElement.scrollWidth").asInt())
              .as("width of the page in a window of %d", width)
              .isLessThanOrEqualTo(width);
          assertThat(
                  tab.eval("document.querySelector('#text').getBoundingClientRect().bottom")
                      .asInt())
              .as("the message field is in sight at %d", width)
              .isLessThanOrEqualTo(800);
          String theme = dark ? "dark" : "light";
          assertThat(tab.eval(LEAST_CONTRAST).asDouble())
              .as("contrast in %s", theme)
              .isGreaterThanOrEqualTo(4.5);
          tab.screenshot(folder.resolve("chat-%d-%s.png".formatted(width, theme)));
        }
      }
      assertThat(tab.eval(UNNAMED).asString()).as("fields and buttons without a name").isEmpty();
      assertThat(tab.problems()).isEmpty();
    }
  }

  /** The least contrast of a text with what is behind it: WCAG 2.2, section 1.4.3. */
  private static final String LEAST_CONTRAST =
      """
      (() => {
        const light = (color) => {
          const [r, g, b] = color.match(/[\\d.]+/g).map(Number)
            .map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const behind = (node) => {
          const color = getComputedStyle(node).backgroundColor;
          return color === 'rgba(0, 0, 0, 0)' && node.parentElement ? behind(node.parentElement) : color;
        };
        const texts = [...document.querySelectorAll('body *:not(script):not(option)')]
          .filter((node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()));
        return Math.min(...texts.map((node) => {
          const two = [light(getComputedStyle(node).color), light(behind(node))].sort((a, b) => b - a);
          return (two[0] + 0.05) / (two[1] + 0.05);
        }));
      })()
      """;

  private static final String UNNAMED =
      """
      [...document.querySelectorAll('button, input, select')]
        .filter((one) => !(one.labels?.[0]?.innerText ?? one.innerText).trim())
        .map((one) => one.outerHTML).join(' ')
      """;

  @Test
  void closeCodesSayWhetherToComeBack() throws Exception {
    try (ChatNode node = ChatNode.start("ash", Map.of());
        GatewayProcess gateway = GatewayProcess.to(node.backend());
        Browser browser = Browser.start()) {
      Tab tab = browser.open(gateway.http("/"));
      tab.awaitText("#state", "Connected");
      int connections = 1;
      for (int code : new int[] {1001, 1012, 1013, 1011}) {
        close(gateway, code);
        connections++;
        tab.awaitText("#connections", Integer.toString(connections));
        tab.awaitText("#state", "Connected");
      }
      for (int code : new int[] {1008, 4000, 4999}) {
        close(gateway, code);
        tab.awaitText("#state", "Closed for good (" + code);
        tab.click("#reconnect");
        connections++;
        tab.awaitText("#connections", Integer.toString(connections));
      }
    }
  }

  private static void close(GatewayProcess gateway, int code) throws Exception {
    String id =
        JsonMapper.shared()
            .readTree(gateway.adminGet("/api/v1/connections"))
            .get("connections")
            .get(0)
            .get("id")
            .asString();
    HttpRequest request =
        HttpRequest.newBuilder(gateway.admin("/api/v1/connections/" + id + "?code=" + code))
            .DELETE()
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      assertThat(http.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(202);
    }
  }

  @Test
  void thePauseDoublesUpToABoundAndIsAnythingBelowIt() throws Exception {
    try (ChatNode node = ChatNode.start("ash", Map.of());
        Browser browser = Browser.start()) {
      Tab tab = browser.open(node.http());
      tab.awaitText("#state", "Connected");
      assertThat(pauses(tab, 1006, "() => 1")).containsExactly(500, 1000, 2000, 16_000, 30_000);
      assertThat(pauses(tab, 1012, "() => 1")).containsExactly(500, 1000, 2000, 2000, 2000);
      assertThat(pauses(tab, 1006, "() => 0.25")).containsExactly(125, 250, 500, 4000, 7500);
      assertThat(pauses(tab, 1006, "() => 0")).containsOnly(0);
    }
  }

  private static List<Integer> pauses(Tab tab, int code, String random) throws Exception {
    return tab.eval(
            """
            import('/backoff.js').then((it) => [0, 1, 2, 5, 60].map((n) => it.delayAfter(n, %d, %s)))
            """
                .formatted(code, random))
        .valueStream()
        .map(one -> one.asInt())
        .toList();
  }

  @Test
  void socketIoIsTheFallbackWhereWebSocketsDoNotPass() throws Exception {
    try (ChatNode node = ChatNode.start("ash", Map.of());
        GatewayProcess gateway =
            GatewayProcess.start(
                """
                listeners: [{ bind: "127.0.0.1:0" }]
                admin: { bind: "127.0.0.1:0" }
                routes:
                  - { name: refused, match: { path: /ws/** }, service: none }
                  - { name: all, match: { path: /** }, service: chat }
                services:
                  none: { backends: ["ws://127.0.0.1:1"] }
                  chat: { backends: ["%s"] }
                """
                    .formatted(node.backend()));
        Browser browser = Browser.start()) {
      Tab tab = browser.open(gateway.http("/"));
      tab.awaitText("#transport", "Socket.IO");
      tab.type("#text", "It works");
      tab.enter();
      tab.await("document.querySelector('.said:not(.pending) .text')?.innerText === 'It works'");
    }
  }

  @Test
  void aRefusedTokenIsLeftOutWhereOneMayBeAnonymous() throws Exception {
    Map<String, String> strict = Map.of("JWT_SECRET", "a secret that is 32 bytes or more");
    Map<String, String> open = new HashMap<>(strict);
    open.put("WIDGET_MODE", "true");
    try (ChatNode refusing = ChatNode.start("ash", strict);
        ChatNode widgets = ChatNode.start("birch", open);
        Browser browser = Browser.start()) {
      for (String transport : List.of("websocket", "socketio")) {
        Tab widget = browser.open(widgets.http() + "?token=none#lobby");
        widget.awaitText("#room", "lobby");
        widget.choose("#transports", transport);
        widget.awaitText("#state", "Connected");
        widget.type("#text", "Hello");
        widget.enter();
        widget.await("document.querySelector('.said:not(.pending) .text')?.innerText === 'Hello'");
        Tab nonsense = browser.open(widgets.http() + "?token=no%20token#lobby");
        nonsense.awaitText("#state", "Connected");
        Tab refused = browser.open(refusing.http() + "?token=none#lobby");
        refused.awaitText("#room", "lobby");
        refused.choose("#transports", transport);
        refused.awaitText("#state", "Closed for good (1008");
      }
    }
  }

  @Test
  void socketIosClientIsTheOneThatItsMakersPublish() throws Exception {
    Path published =
        Path.of(
            System.getProperty("holdfast.peers"),
            "node_modules/socket.io-client/dist/socket.io.esm.min.js");
    try (ChatNode node = ChatNode.start("ash", Map.of());
        HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create(node.http() + "socket.io.esm.min.js");
      byte[] served =
          http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray()).body();
      assertThat(served).isEqualTo(Files.readAllBytes(published));
    }
  }
}
