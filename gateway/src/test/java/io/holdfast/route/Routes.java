package io.holdfast.route;

import io.holdfast.model.HeaderEdits;
import io.holdfast.model.HostPattern;
import io.holdfast.model.Match;
import io.holdfast.model.MessageLimits;
import io.holdfast.model.PathPattern;
import io.holdfast.model.Rewrite;
import io.holdfast.model.Route;
import java.util.List;
import java.util.Map;

/** Makes routes for tests. */
final class Routes {

  private Routes() {}

  static Route route(String name, List<String> hosts, String path) {
    return route(name, hosts, path, Map.of(), Map.of());
  }

  static Route route(
      String name,
      List<String> hosts,
      String path,
      Map<String, String> headers,
      Map<String, String> query) {
    Match match =
        new Match(
            hosts.stream().map(HostPattern::parse).toList(),
            PathPattern.parse(path),
            headers,
            query);
    return new Route(
        name, match, "s", Rewrite.NONE, HeaderEdits.NONE, HeaderEdits.NONE, MessageLimits.NONE);
  }
}
