package io.holdfast.app.demo;

import java.util.List;

/**
 * The configuration that the demo's gateway runs with.
 *
 * @param port of the page
 * @param adminPort of the admin API
 * @param backendPorts one or more
 * @param verbose whether the gateway says what it does
 */
record DemoConfig(int port, int adminPort, List<Integer> backendPorts, boolean verbose) {
  DemoConfig {
    backendPorts = List.copyOf(backendPorts);
  }

  /** With the ports that it likes best, for people to read. */
  static DemoConfig example(int port, int adminPort, boolean verbose) {
    return new DemoConfig(port, adminPort, List.of(8001, 8002, 8003), verbose);
  }

  /** As a config file. */
  String yaml() {
    StringBuilder backends = new StringBuilder();
    backendPorts.forEach(
        backend -> backends.append("      - ws://127.0.0.1:").append(backend).append('\n'));
    return """
    # What `holdfast demo` runs. Edit the running demo's file, whose name it prints, and the gateway reloads it.
    listeners:
      - bind: 127.0.0.1:%1$d
    admin:
      bind: 127.0.0.1:%2$d

    routes:
      # Each new connection goes where there are the fewest.
      - name: spread
        match: { path: /** }
        service: spread
      # The same backends, for who asks to stay on one: a signed cookie brings the client back to it.
      - name: sticky
        match: { path: /sticky/** }
        rewrite: { stripPrefix: /sticky }
        service: sticky

    services:
      spread:
        balance: least_connections
        keepalive: { ping: 15s }
        backends: &backends
    %3$s
      sticky:
        balance: least_connections
        affinity: { cookie: { name: HOLDFAST_DEMO, maxAge: 1h } }
        keepalive: { ping: 15s }
        backends: *backends

    shutdown: { readinessDelay: 0s, deadline: 3s }
    logs: { level: %4$s, access: %5$s }
    """
        .formatted(
            port,
            adminPort,
            backends.toString().stripTrailing(),
            verbose ? "info" : "warn",
            verbose ? "text" : "off");
  }
}
