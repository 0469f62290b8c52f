package io.holdfast.route;

import io.holdfast.model.Match;
import io.holdfast.model.PathPattern;
import io.holdfast.model.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Routes with one path pattern and conditions on the same names, by the values that they ask for:
 * thousands of tenants told apart by a header are one look into a map.
 */
final class Alternatives {
  private record Key(PathPattern path, List<String> headers, List<String> query) {
    static Key of(Match match) {
      return new Key(match.path(), names(match.headers()), names(match.query()));
    }

    private static List<String> names(Map<String, String> conditions) {
      return conditions.keySet().stream().sorted().toList();
    }
  }

  private final Key key;
  private final Map<List<String>, Route> byValues = new HashMap<>();

  private Alternatives(Key key) {
    this.key = key;
  }

  /** Groups {@code routes}, whose order stays. */
  static List<Alternatives> of(List<Route> routes) {
    Map<Key, Alternatives> groups = new LinkedHashMap<>();
    for (Route route : routes) {
      groups.computeIfAbsent(Key.of(route.match()), Alternatives::new).add(route);
    }
    return List.copyOf(groups.values());
  }

  private void add(Route route) {
    List<String> values = new ArrayList<>();
    read(key.headers, route.match().headers()::get, values);
    read(key.query, route.match().query()::get, values);
    byValues.putIfAbsent(values, route);
  }

  @Nullable Route match(String path, Lookup headers, Lookup query) {
    if (!key.path.matches(path)) {
      return null;
    }
    if (key.headers.isEmpty() && key.query.isEmpty()) {
      return byValues.get(List.of());
    }
    List<String> values = new ArrayList<>(key.headers.size() + key.query.size());
    boolean all = read(key.headers, headers, values) && read(key.query, query, values);
    return all ? byValues.get(values) : null;
  }

  /** Adds what {@code lookup} has of {@code names}, unless one is missing. */
  private static boolean read(List<String> names, Lookup lookup, List<String> values) {
    for (String name : names) {
      String value = lookup.get(name);
      if (value == null) {
        return false;
      }
      values.add(value);
    }
    return true;
  }
}
