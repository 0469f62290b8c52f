package io.holdfast.app.demo;

import io.holdfast.Holdfast;
import io.holdfast.cli.Sources;
import io.holdfast.control.ConfigRejected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Backends, a config file, and the gateway that runs with it. */
final class Demo implements AutoCloseable {
  private static final List<String> NODES = List.of("ash", "birch", "cedar");

  private final DemoBackends backends;
  private final DemoConfig config;
  private final Path file;
  private final Holdfast gateway;

  private Demo(DemoBackends backends, DemoConfig config, Path file, Holdfast gateway) {
    this.backends = backends;
    this.config = config;
    this.file = file;
    this.gateway = gateway;
  }

  /**
   * Starts everything, and returns when the page can be opened.
   *
   * @param port of the page, and {@code adminPort} of the admin API: the next free ones are taken
   */
  static Demo start(int port, int adminPort, boolean verbose)
      throws IOException, InterruptedException, ConfigRejected {
    DemoBackends backends = DemoBackends.start(NODES);
    Path file = Files.createTempDirectory("holdfast-demo-").resolve("holdfast.yaml");
    try {
      int free = Ports.freeFrom(port);
      DemoConfig config =
          new DemoConfig(
              free,
              Ports.freeFrom(free == adminPort ? adminPort + 1 : adminPort),
              backends.nodes().stream().map(node -> node.address().getPort()).toList(),
              backends.echoPort(),
              verbose);
      Files.writeString(file, config.yaml());
      return new Demo(
          backends, config, file, Holdfast.start(Sources.file(file, Map.of(), Map.of())));
    } catch (IOException | InterruptedException | ConfigRejected | RuntimeException e) {
      backends.close();
      delete(file);
      throw e;
    }
  }

  Holdfast gateway() {
    return gateway;
  }

  int port() {
    return config.port();
  }

  /** What people need to know, as text. */
  String tour(int wantedPort) {
    StringBuilder places = new StringBuilder();
    backends
        .nodes()
        .forEach(node ->
            places.append(
                "  backend   http://127.0.0.1:%d/  (%s)%n"
                    .formatted(node.address().getPort(), node.name())));
    String taken =
        wantedPort == 0 || wantedPort == port()
            ? ""
            : "Port %d is taken, so this one is on %d.%n%n".formatted(wantedPort, port());
    return """
    %5$sA gateway, three nodes of a chat behind it, and a page to chat through all of them:

      page      http://127.0.0.1:%1$d/
      admin     http://127.0.0.1:%2$d/
    %3$s  config    %4$s

    Open the page in two windows and talk. Then try

      holdfast connect ws://127.0.0.1:%1$d/echo
      holdfast connect ws://127.0.0.1:%1$d/ws/chat/me
        and there, line by line, to be heard in the page:
        {"type":"join","room":"lobby","name":"Me"}
        {"type":"say","room":"lobby","text":"Hello"}
      holdfast loadtest ws://127.0.0.1:%1$d/ --scenario ramp --times 0.1
      curl http://127.0.0.1:%2$d/api/v1/connections
      curl http://127.0.0.1:%2$d/metrics

    or edit the config: the gateway reloads it, and only relays of what you take out end.
    From a clone, type ./holdfast for holdfast. Ctrl-C ends the demo.
    """
        .formatted(port(), config.adminPort(), places, file, taken);
  }

  /** Stops what is left when the gateway has ended. */
  @Override
  public void close() throws IOException {
    gateway.close();
    backends.close();
    delete(file);
  }

  private static void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
    Path folder = file.getParent();
    if (folder != null) {
      Files.deleteIfExists(folder);
    }
  }
}
