package io.holdfast.route;

import io.holdfast.model.HostPattern;
import io.holdfast.model.PathPattern;
import io.holdfast.model.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    Map<String, List<Route>> rivals = new HashMap<>();
    List<Tie> ties = new ArrayList<>();
    for (Route route : routes) {
      Route first = null;
      for (String key : keys(route)) {
        List<Route> earlier = rivals.computeIfAbsent(key, _ -> new ArrayList<>());
        for (Route rival : earlier) {
          if (first == null && bothCanMatch(rival, route)) {
            first = rival;
          }
        }
        earlier.add(route);
      }
      if (first != null) {
        ties.add(new Tie(first, route));
      }
    }
    return ties;
  }

  /**
   * Only routes with a common key can tie. That spares comparing each with each: a key holds all
   * that must be equal, which is the host, the literal start of the path and the rank of the rest.
   */
  private static List<String> keys(Route route) {
    PathPattern path = route.match().path();
    List<String> literal = PathIndex.literalStart(path);
    StringBuilder rest = new StringBuilder().append(' ').append(Conditions.count(route));
    rest.append(" /").append(String.join("/", literal));
    for (String segment : path.segments().subList(literal.size(), path.segments().size())) {
      rest.append(segment.startsWith("*") ? " " + segment : " x");
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
