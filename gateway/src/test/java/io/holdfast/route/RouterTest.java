package io.holdfast.route;

import static io.holdfast.route.Routes.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouterTest {

  private static final Router ROUTER =
      Router.of(
          List.of(
              route("all", List.of(), "/**"),
              route("any-deep", List.of(), "/a/b/c"),
              route("wild", List.of("*.example.com"), "/**"),
              route("wild-ws", List.of("*.example.com"), "/ws/**"),
              route("chat-ws", List.of("chat.example.com", "[::1]"), "/ws/**"),
              route("chat-room", List.of("chat.example.com"), "/ws/*/room"),
              route("chat-admin", List.of("chat.example.com"), "/ws/admin/**"),
              route("chat-end", List.of("chat.example.com"), "/**/end"),
              route("beta", List.of("chat.example.com"), "/ws/**", Map.of("X-Beta", "1"), Map.of()),
              route(
                  "beta-v2",
                  List.of("chat.example.com"),
                  "/ws/**",
                  Map.of("X-Beta", "1"),
                  Map.of("v", "2"))));

  @ParameterizedTest
  @CsvSource({
    "other.org, /x, all",
    "other.org, /a/b/c, any-deep",
    "'', /x, all",
    "eu.example.com, /x, wild",
    "eu.example.com, /a/b/c, wild",
    "eu.example.com, /ws/x, wild-ws",
    "example.com, /ws/x, all",
    "a.eu.example.com, /ws/x, all",
    "chat.example.com, /ws, chat-ws",
    "chat.example.com, /ws/, chat-ws",
    "chat.example.com, /ws/1/room, chat-room",
    "chat.example.com, /ws//room, chat-ws",
    "chat.example.com, /ws/admin/room, chat-admin",
    "chat.example.com, /wsx, wild",
    "chat.example.com, /x/y/end, chat-end",
    "chat.example.com, /end, chat-end",
    "chat.example.com, /WS/1, wild",
    "[::1], /ws/1, chat-ws",
  })
  void takesTheMostSpecific(String host, String path, String expected) {
    assertThat(match(ROUTER, host, path, Map.of(), Map.of())).isEqualTo(expected);
  }

  @Test
  void moreConditionsWin() {
    Map<String, String> header = Map.of("X-Beta", "1");

    assertThat(match(ROUTER, "chat.example.com", "/ws/x", header, Map.of())).isEqualTo("beta");
    assertThat(match(ROUTER, "chat.example.com", "/ws/x", header, Map.of("v", "2")))
        .isEqualTo("beta-v2");
    assertThat(match(ROUTER, "chat.example.com", "/ws/x", Map.of("X-Beta", "2"), Map.of("v", "2")))
        .isEqualTo("chat-ws");
  }

  @Test
  void withoutAMatchThereIsNone() {
    Router router = Router.of(List.of(route("one", List.of("a.org"), "/x")));

    assertThat(router.match("a.org", "/y", Lookup.NONE, Lookup.NONE)).isNull();
    assertThat(router.match("b.org", "/x", Lookup.NONE, Lookup.NONE)).isNull();
    assertThat(Router.of(List.of()).match("", "/", Lookup.NONE, Lookup.NONE)).isNull();
  }

  @Test
  void manyRoutesAreAsFastAsFew() {
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      routes.add(route("host" + i, List.of("h" + i + ".example.com"), "/**"));
      routes.add(route("path" + i, List.of(), "/api/v1/tenant" + i + "/**"));
    }
    Router router = Router.of(routes);

    long start = System.nanoTime();
    for (int i = 0; i < 10_000; i++) {
      assertThat(name(router.match("h" + i + ".example.com", "/x", Lookup.NONE, Lookup.NONE)))
          .isEqualTo("host" + i);
      assertThat(
              name(
                  router.match(
                      "other.org", "/api/v1/tenant" + i + "/ws", Lookup.NONE, Lookup.NONE)))
          .isEqualTo("path" + i);
    }
    // A scan would compare 200 million patterns, which takes many times this.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void aLongPathCostsNoMoreLookupsThanPatternsAreDeep() {
    Router router =
        Router.of(
            List.of(route("deep", List.of(), "/a/b/**"), route("end", List.of(), "/**/z/**/y")));
    String path = "/a".repeat(8_000);

    long start = System.nanoTime();
    for (int i = 0; i < 200; i++) {
      assertThat(router.match("", path, Lookup.NONE, Lookup.NONE)).isNull();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  private static @Nullable String match(
      Router router,
      String host,
      String path,
      Map<String, String> headers,
      Map<String, String> query) {
    return name(router.match(host, path, headers::get, query::get));
  }

  private static @Nullable String name(@Nullable Route route) {
    return route == null ? null : route.name();
  }
}
