package io.holdfast.config;

import io.holdfast.config.source.Section;
import io.holdfast.model.HostPattern;
import io.holdfast.model.Match;
import io.holdfast.model.PathPattern;
import io.holdfast.route.RequestPath;
import java.util.List;
import java.util.Map;

/** {@code match} of a route. */
record MatchConfig(
    @Option(
            value =
                "Host names, without port: `chat.example.com`, or `*.example.com` for exactly one"
                    + " more label.",
            otherwise = "any host")
        List<HostPattern> hosts,
    @Option(
            "Path pattern: `*` is one segment, `**` any number, also none; `/**` is everything."
                + " Percent-encoded unreserved characters match their plain form; requests with"
                + " dot segments are refused with 400.")
        PathPattern path,
    @Option(
            value = "Header fields that must be there, with their exact values.",
            otherwise = "no conditions")
        Map<String, String> headers,
    @Option(
            value = "Query parameters that must be there, with their exact decoded values.",
            otherwise = "no conditions")
        Map<String, String> query) {

  static MatchConfig read(Section in) {
    return new MatchConfig(
        in.list("hosts", HostPattern::parse),
        in.value("path", "/**", MatchConfig::path),
        Headers.map(in, "headers", Headers::name),
        in.map("query", name -> name, (_, value) -> value.parse(text -> text)));
  }

  private static PathPattern path(String text) {
    PathPattern.parse(text);
    String path = RequestPath.of(text);
    if (path == null) {
      throw new IllegalArgumentException(
          "expected a path without dot segments and with two hex digits after each %");
    }
    return PathPattern.parse(path);
  }

  Match compile() {
    return new Match(hosts, path, headers, query);
  }
}
