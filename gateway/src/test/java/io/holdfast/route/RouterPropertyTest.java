package io.holdfast.route;

import static io.holdfast.route.Routes.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.HostPattern;
import io.holdfast.model.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The router against one that tries every route, over a small alphabet so that much collides. The
 * seed of a failure is in its message; {@code -Dholdfast.seed=} repeats it.
 */
final class RouterPropertyTest {

  private static final List<String> HOSTS =
      List.of("a.x", "b.x", "x", "*.x", "*.a.x", "c.a.x", "*.y");
  private static final List<String> REQUEST_HOSTS =
      List.of("a.x", "b.x", "x", "c.a.x", "d.y", "q", "", "z.x");
  private static final List<String> SEGMENTS = List.of("a", "b", "c", "", "*", "**");

  private final long seed = Long.getLong("holdfast.seed", new Random().nextLong());
  private final Random random = new Random(seed);

  @Test
  void agreesWithTryingEveryRoute() {
    for (int round = 0; round < 3_000; round++) {
      List<Route> routes = routesWithoutTies();
      Router router = Router.of(routes);
      for (int i = 0; i < 20; i++) {
        String host = pick(REQUEST_HOSTS);
        String path = path(SEGMENTS.subList(0, 4));
        Map<String, String> headers = conditions("H");
        Map<String, String> query = conditions("q");

        assertThat(router.match(host, path, headers::get, query::get))
            .as("seed %d: %s%s with %s and %s among %s", seed, host, path, headers, query, routes)
            .isSameAs(naive(routes, host, path, headers, query));
      }
    }
  }

  @Test
  void withoutTiesOneRouteIsAlwaysTheBest() {
    for (int round = 0; round < 3_000; round++) {
      List<Route> routes = routesWithoutTies();
      String host = pick(REQUEST_HOSTS);
      String path = path(SEGMENTS.subList(0, 4));
      Map<String, String> headers = conditions("H");
      Map<String, String> query = conditions("q");
      List<Route> matching =
          routes.stream().filter(route -> matches(route, host, path, headers, query)).toList();
      Route best = naive(routes, host, path, headers, query);
      if (best != null) {
        assertThat(matching)
            .as("seed %d: %s%s", seed, host, path)
            .filteredOn(route -> order(host).compare(route, best) == 0)
            .containsExactly(best);
      }
    }
  }

  private List<Route> routesWithoutTies() {
    List<Route> routes = new ArrayList<>();
    for (int i = random.nextInt(12); i >= 0; i--) {
      List<String> hosts = new ArrayList<>();
      for (int h = random.nextInt(3); h > 0; h--) {
        hosts.add(pick(HOSTS));
      }
      routes.add(route("r" + i, hosts, path(SEGMENTS), conditions("H"), conditions("q")));
      if (!Ties.among(routes).isEmpty()) {
        routes.removeLast();
      }
    }
    return routes;
  }

  private static @Nullable Route naive(
      List<Route> routes,
      String host,
      String path,
      Map<String, String> headers,
      Map<String, String> query) {
    return routes.stream()
        .filter(route -> matches(route, host, path, headers, query))
        .min(order(host))
        .orElse(null);
  }

  private static boolean matches(
      Route route,
      String host,
      String path,
      Map<String, String> headers,
      Map<String, String> query) {
    return hostClass(route, host) < 3
        && route.match().path().matches(path)
        && headers.entrySet().containsAll(route.match().headers().entrySet())
        && query.entrySet().containsAll(route.match().query().entrySet());
  }

  private static Comparator<Route> order(String host) {
    return Comparator.comparingInt((Route route) -> hostClass(route, host))
        .thenComparing(route -> route.match().path())
        .thenComparingInt(route -> -route.match().headers().size() - route.match().query().size());
  }

  private static int hostClass(Route route, String host) {
    List<HostPattern> hosts = route.match().hosts();
    return hosts.isEmpty()
        ? 2
        : hosts.stream()
            .filter(pattern -> pattern.matches(host))
            .mapToInt(pattern -> pattern.wildcard() ? 1 : 0)
            .min()
            .orElse(3);
  }

  private String path(List<String> segments) {
    StringBuilder path = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      path.append('/').append(pick(segments));
    }
    return path.toString();
  }

  private Map<String, String> conditions(String name) {
    Map<String, String> conditions = new HashMap<>();
    for (int i = 0; i < 2; i++) {
      if (random.nextInt(4) == 0) {
        conditions.put(name + i, "" + random.nextInt(2));
      }
    }
    return conditions;
  }

  private String pick(List<String> list) {
    return list.get(random.nextInt(list.size()));
  }
}
