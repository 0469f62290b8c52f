package io.holdfast.app.demo;

import java.util.List;

/**
 * The configuration that the demo's gateway runs with.
 *
 * @param port of the page
 * @param adminPort of the admin API
 * @param nodePorts of the chat's nodes, one or more
 * @param echoPort of the echo
 * @param verbose whether the gateway says what it does
 */
record DemoConfig(int port, int adminPort, List<Integer> nodePorts, int echoPort, boolean verbose) {
  DemoConfig {
    nodePorts = List.copyOf(nodePorts);
  }

  /** With the ports that it likes best, for people to read. */
  static DemoConfig example(int port, int adminPort, boolean verbose) {
    return new DemoConfig(port, adminPort, List.of(3001, 3002, 3003), 3004, verbose);
  }

  /** As a config file. */
  String yaml() {
    StringBuilder nodes = new StringBuilder();
    nodePorts.forEach(node -> nodes.append("      - ws://127.0.0.1:").append(node).append('\n'));
    return """
    # What `holdfast demo` runs. Edit the running demo's file, whose name it prints, and the gateway reloads it.
    listeners:
      - bind: 127.0.0.1:%1$d
    admin:
      bind: 127.0.0.1:%2$d

    routes:
      - name: echo
        match: { path: /echo }
        service: echo
      # Requests of one Socket.IO session must reach one backend: a signed cookie brings them there.
      - name: socket.io
        match: { path: /socket.io/** }
        service: socket.io
      # The page, and WebSockets: each new connection goes where there are the fewest.
      - name: chat
        match: { path: /** }
        headers: { response: { set: { X-Gateway: Holdfast demo } } }
        service: chat

    services:
      chat:
        balance: least_connections
        keepalive: { ping: 15s }
        backends: &nodes
    %3$s
      socket.io:
        balance: least_connections
        affinity: { cookie: { name: HOLDFAST_DEMO, maxAge: 1h } }
        keepalive: { ping: 15s }
        backends: *nodes
      echo:
        backends: [ws://127.0.0.1:%4$d]

    shutdown: { readinessDelay: 0s, deadline: 3s }
    logs: { level: %5$s, access: %6$s }
    """
        .formatted(
            port,
            adminPort,
            nodes.toString().stripTrailing(),
            echoPort,
            verbose ? "info" : "warn",
            verbose ? "text" : "off");
  }
}
