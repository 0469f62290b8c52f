package io.holdfast.it.hostile;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Texts of config files. */
final class Config {
  private Config() {}

  /** One listener, one route, one service with these lines and these backends. */
  static String of(String service, String... backends) {
    return over(Wire.PLAIN, "", "", service, backends);
  }

  /** As {@link #over}, over plain TCP. */
  static String full(String global, String route, String service, String... backends) {
    return over(Wire.PLAIN, global, route, service, backends);
  }

  /**
   * One listener, one route, one service.
   *
   * @param wire of listener and backends
   * @param global lines of the file, such as {@code limits: {...}}
   * @param route lines of the route, such as {@code admit: {...}}
   * @param service lines of the service, such as {@code timeouts: {...}}
   * @param backends URLs
   */
  static String over(Wire wire, String global, String route, String service, String... backends) {
    String urls =
        Arrays.stream(backends).map(b -> "      - " + b).collect(Collectors.joining("\n"));
    return """
    listeners:
      - bind: 127.0.0.1:0
    %s
    %s
    routes:
      - service: s
    %s
    services:
      s:
    %s
    %s
        backends:
    %s
    """
        .formatted(
            indent(4, wire.listener()),
            global,
            indent(4, route),
            indent(4, service),
            indent(4, wire.service()),
            urls);
  }

  private static String indent(int by, String lines) {
    return lines.isEmpty() ? "" : lines.indent(by).stripTrailing();
  }
}
