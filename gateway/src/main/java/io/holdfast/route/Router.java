package io.holdfast.route;

import io.holdfast.model.HostPattern;
import io.holdfast.model.Route;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the most specific route of a request. First the host decides: exact, then wildcard, then
 * any; a class without a match leaves it to the next. Within it the order of {@link
 * io.holdfast.model.PathPattern}, then the number of header and query conditions. Routes between
 * which that decides nothing are refused at load time ({@link Ties}).
 *
 * <p>Hosts and literal beginnings of paths are found by hash, so the number of routes hardly
 * matters. Immutable; any thread.
 */
public final class Router {

  private final Map<String, PathIndex> exact;
  private final Map<String, PathIndex> wildcard;
  private final PathIndex any;

  private Router(Map<String, PathIndex> exact, Map<String, PathIndex> wildcard, PathIndex any) {
    this.exact = exact;
    this.wildcard = wildcard;
    this.any = any;
  }

  /** A router over {@code routes}, which may stand in any order. */
  public static Router of(List<Route> routes) {
    Map<String, PathIndex> exact = new HashMap<>();
    Map<String, PathIndex> wildcard = new HashMap<>();
    PathIndex any = new PathIndex();
    for (Route route : routes) {
      if (route.match().hosts().isEmpty()) {
        any.add(route);
      }
      for (HostPattern host : route.match().hosts()) {
        (host.wildcard() ? wildcard : exact)
            .computeIfAbsent(host.name(), name -> new PathIndex())
            .add(route);
      }
    }
    exact.values().forEach(PathIndex::sort);
    wildcard.values().forEach(PathIndex::sort);
    any.sort();
    return new Router(Map.copyOf(exact), Map.copyOf(wildcard), any);
  }

  /**
   * The route to take, or null when none matches.
   *
   * @param host in lower case, without port; empty when the request has none
   * @param path what {@link RequestPath#of} made of the request target
   * @param headers the request's header fields
   * @param query the request's query parameters; asked only if a route has a condition on them
   */
  public @Nullable Route match(String host, String path, Lookup headers, Lookup query) {
    PathIndex index = exact.get(host);
    Route route = index == null ? null : index.match(path, headers, query);
    int dot = host.indexOf('.');
    if (route == null && dot > 0) {
      index = wildcard.get(host.substring(dot + 1));
      route = index == null ? null : index.match(path, headers, query);
    }
    return route == null ? any.match(path, headers, query) : route;
  }
}
