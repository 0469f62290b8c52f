package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Suggestion;
import io.holdfast.model.Route;
import java.util.Set;

/** One of {@code routes}. */
record RouteConfig(
    @Option(value = "What logs and metrics call it; unique.", otherwise = "the service's name")
        String name,
    @Option("Which requests take it; everything given must hold.") MatchConfig match,
    @Option(value = "The service it leads to.", required = true) String service,
    @Option("What the backend sees as the path; the query is never touched.") RewriteConfig rewrite,
    @Option("Edits to header fields on their way.") RouteHeadersConfig headers,
    @Option("What clients may send.") AdmitConfig admit) {

  /** Reads a route to one of {@code services}; when there are none, that is an error elsewhere. */
  static RouteConfig read(Section in, Set<String> services) {
    String name = in.optional("name", Parsers::name);
    MatchConfig match = in.section("match", MatchConfig::read);
    String service = in.required("service", "", text -> known(text, services));
    return new RouteConfig(
        name == null ? service : name,
        match,
        service,
        in.section("rewrite", RewriteConfig::read),
        in.section("headers", RouteHeadersConfig::read),
        in.section("admit", AdmitConfig::read));
  }

  private static String known(String service, Set<String> services) {
    if (!services.isEmpty() && !services.contains(service)) {
      throw new IllegalArgumentException(
          "expected the name of a service; " + Suggestion.of(service, services));
    }
    return service;
  }

  Route compile() {
    return new Route(
        name,
        match.compile(),
        service,
        rewrite.compile(),
        headers.request().compile(),
        headers.response().compile(),
        admit.compile());
  }
}
