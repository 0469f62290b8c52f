package io.holdfast.route;

import io.holdfast.model.Match;
import io.holdfast.model.Route;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The header and query conditions of routes. */
final class Conditions {

  private Conditions() {}

  static int count(Route route) {
    return route.match().headers().size() + route.match().query().size();
  }

  /** All of them by name, those on headers and on the query told apart. */
  static Map<String, String> of(Match match) {
    Map<String, String> all = new HashMap<>();
    match.headers().forEach((name, value) -> all.put(name.toLowerCase(Locale.ROOT), value));
    match.query().forEach((name, value) -> all.put("?" + name, value));
    return all;
  }

  /** Whether one request can meet the conditions of both. */
  static boolean compatible(Match a, Match b) {
    return compatible(a.headers(), b.headers(), true) && compatible(a.query(), b.query(), false);
  }

  private static boolean compatible(Map<String, String> a, Map<String, String> b, boolean anyCase) {
    for (Map.Entry<String, String> one : a.entrySet()) {
      for (Map.Entry<String, String> other : b.entrySet()) {
        boolean sameName =
            anyCase
                ? one.getKey().equalsIgnoreCase(other.getKey())
                : one.getKey().equals(other.getKey());
        if (sameName && !one.getValue().equals(other.getValue())) {
          return false;
        }
      }
    }
    return true;
  }
}
