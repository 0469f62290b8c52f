package io.holdfast.config;

import io.holdfast.config.source.Section;

/** {@code headers} of a route. */
record RouteHeadersConfig(
    @Option("Edits to what the backend sees.") HeaderEditsConfig request,
    @Option("Edits to what the client sees, on the 101 of a handshake too.")
        HeaderEditsConfig response) {

  static RouteHeadersConfig read(Section in) {
    return new RouteHeadersConfig(
        in.section("request", HeaderEditsConfig::read),
        in.section("response", HeaderEditsConfig::read));
  }
}
