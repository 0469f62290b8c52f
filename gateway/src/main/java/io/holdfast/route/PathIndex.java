package io.holdfast.route;

import io.holdfast.model.PathPattern;
import io.holdfast.model.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one host, by the literal segments that their path patterns begin with. Of two
 * patterns that match one path, the one with more such segments is always the more specific: where
 * the other stops being literal it has a star, as it cannot end there and still match.
 */
final class PathIndex {

  private static final Comparator<Route> MOST_SPECIFIC_FIRST =
      Comparator.comparing((Route route) -> route.match().path())
          .thenComparing(Conditions::count, Comparator.reverseOrder());

  private final Map<String, List<Route>> added = new HashMap<>();
  private final Map<String, List<Alternatives>> byPrefix = new HashMap<>();
  private int deepest;

  void add(Route route) {
    List<String> literal = literalStart(route.match().path());
    deepest = Math.max(deepest, literal.size());
    String prefix = literal.isEmpty() ? "" : "/" + String.join("/", literal);
    added.computeIfAbsent(prefix, key -> new ArrayList<>()).add(route);
  }

  void sort() {
    added.forEach((prefix, routes) -> {
      routes.sort(MOST_SPECIFIC_FIRST);
      byPrefix.put(prefix, Alternatives.of(routes));
    });
    added.clear();
  }

  @Nullable Route match(String path, Lookup headers, Lookup query) {
    for (int end = deepestEnd(path); end >= 0; end = path.lastIndexOf('/', end - 1)) {
      List<Alternatives> all = byPrefix.get(path.substring(0, end));
      if (all == null) {
        continue;
      }
      for (Alternatives alternatives : all) {
        Route route = alternatives.match(path, headers, query);
        if (route != null) {
          return route;
        }
      }
    }
    return null;
  }

  /** Where the segments end that can be a key; a long path must not cost a lookup per segment. */
  private int deepestEnd(String path) {
    int end = 0;
    for (int depth = 0; depth < deepest && end < path.length(); depth++) {
      int slash = path.indexOf('/', end + 1);
      end = slash < 0 ? path.length() : slash;
    }
    return end;
  }

  static List<String> literalStart(PathPattern pattern) {
    List<String> segments = pattern.segments();
    int length = 0;
    while (length < segments.size() && !segments.get(length).startsWith("*")) {
      length++;
    }
    return segments.subList(0, length);
  }
}
