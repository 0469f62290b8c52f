package io.holdfast.route;

import io.holdfast.model.HostPattern;
import io.holdfast.model.PathPattern;
import io.holdfast.model.Route;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds routes that one request could match with equal rank, so that nothing would decide. */
public final class Ties {

  private Ties() {}

  /**
   * Two routes between which nothing decides.
   *
   * @param first the one that comes first in the list
   * @param second the other
   */
  public record Tie(Route first, Route second) {}

  /** All ties among {@code routes}; at most one per route, with the first that it ties with. */
  public static List<Tie> among(List<Route> routes) {
    Map<String, Rivals> rivals = new HashMap<>();
    List<Tie> ties = new ArrayList<>();
    for (int i = 0; i < routes.size(); i++) {
      int first = i;
      for (String key : keys(routes.get(i))) {
        first = Math.min(first, rivals.computeIfAbsent(key, _ -> new Rivals()).add(routes, i));
      }
      if (first < i) {
        ties.add(new Tie(routes.get(first), routes.get(i)));
      }
    }
    return ties;
  }

  /** Routes with a common key, by the names and then the values of their conditions. */
  private static final class Rivals {
    private final Map<Set<String>, Map<Map<String, String>, List<Integer>>> byNames =
        new HashMap<>();

    /** Adds a route, and answers with the first that it ties with, or itself. */
    int add(List<Route> routes, int index) {
      Route route = routes.get(index);
      Map<String, String> own = Conditions.of(route.match());
      int first = index;
      for (Map.Entry<Set<String>, Map<Map<String, String>, List<Integer>>> group :
          byNames.entrySet()) {
        Map<Map<String, String>, List<Integer>> byValues = group.getValue();
        // Of those with the same names, only the ones with the same values can match one request.
        Collection<List<Integer>> near =
            group.getKey().equals(own.keySet())
                ? List.of(byValues.getOrDefault(own, List.of()))
                : byValues.values();
        for (List<Integer> some : near) {
          for (int rival : some) {
            if (rival < first && bothCanMatch(routes.get(rival), route)) {
              first = rival;
            }
          }
        }
      }
      byNames
          .computeIfAbsent(own.keySet(), _ -> new HashMap<>())
          .computeIfAbsent(own, _ -> new ArrayList<>())
          .add(index);
      return first;
    }
  }

  /**
   * Only routes with a common key can tie. That spares comparing each with each: a key holds all
   * that must be equal, which is the host, the segments of the path before any {@code **} and the
   * rank of the rest.
   */
  private static List<String> keys(Route route) {
    PathPattern path = route.match().path();
    StringBuilder rest = new StringBuilder().append(' ').append(Conditions.count(route));
    boolean aligned = true;
    for (String segment : path.segments()) {
      aligned &= !segment.equals("**");
      rest.append('/').append(aligned || segment.startsWith("*") ? segment : "x");
    }
    if (route.match().hosts().isEmpty()) {
      return List.of(rest.toString());
    }
    List<String> keys = new ArrayList<>();
    for (HostPattern host : route.match().hosts()) {
      keys.add((host.wildcard() ? "*." : "") + host.name() + rest);
    }
    return keys.stream().distinct().toList();
  }

  private static boolean bothCanMatch(Route a, Route b) {
    return overlap(a.match().path(), b.match().path())
        && Conditions.compatible(a.match(), b.match());
  }

  /** Whether there is a path that both patterns match. */
  static boolean overlap(PathPattern a, PathPattern b) {
    List<String> left = a.segments();
    List<String> right = b.segments();
    // overlaps[i][j]: some path matches both what is left of a from i and of b from j.
    boolean[][] overlaps = new boolean[left.size() + 2][right.size() + 2];
    for (int i = left.size(); i >= 0; i--) {
      for (int j = right.size(); j >= 0; j--) {
        String one = i < left.size() ? left.get(i) : "";
        String other = j < right.size() ? right.get(j) : "";
        boolean bothEnd = i == left.size() && j == right.size();
        boolean bothGoOn = i < left.size() && j < right.size();
        overlaps[i][j] =
            bothEnd
                || (one.equals("**") && (overlaps[i + 1][j] || (bothGoOn && overlaps[i][j + 1])))
                || (other.equals("**") && (overlaps[i][j + 1] || (bothGoOn && overlaps[i + 1][j])))
                || (bothGoOn && meet(one, other) && overlaps[i + 1][j + 1]);
      }
    }
    return overlaps[0][0];
  }

  /** Whether one segment matches both; {@code *} is never empty. */
  private static boolean meet(String one, String other) {
    if (one.equals("*")) {
      return !other.isEmpty();
    }
    return other.equals("*") ? !one.isEmpty() : one.equals(other);
  }
}
