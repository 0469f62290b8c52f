package io.holdfast.it.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Servers and clients of npm's {@code ws} that note in ledgers what they have sent and got, so that
 * what was lost, repeated or reordered between them is seen, also when a server is stopped.
 *
 * @param folder where the ledgers are, of one test alone
 */
public record MovingPeers(Path folder) {
  private static final String ENDING = ".ledger";

  /**
   * Starts a server.
   *
   * @param more more flags of {@code moving-server.js}
   */
  public NodePeer server(String name, String... more) throws IOException {
    List<String> args = new ArrayList<>(List.of(name, "--ledger", ledger(name)));
    args.addAll(List.of(more));
    return NodePeer.start("moving-server.js", args.toArray(String[]::new));
  }

  /** Starts 200 clients; each sends about every two seconds. Returns when all are connected. */
  public MovingClients clients(GatewayProcess gateway) throws IOException {
    return clients(gateway.ws("/"), MovingClients.CONNECTIONS, 2000);
  }

  /** The same, of another number and with another time between messages, in milliseconds. */
  public MovingClients clients(String url, int connections, int every) throws IOException {
    NodePeer peer =
        NodePeer.start(
            "moving-client.js",
            url,
            "--connections",
            Integer.toString(connections),
            "--every",
            Integer.toString(every),
            "--ledger",
            ledger("clients"));
    peer.await("open");
    return new MovingClients(this, peer);
  }

  /** The file of a peer, for its flag {@code --ledger}. */
  public String ledger(String name) {
    return folder.resolve(name + ENDING).toString();
  }

  /** What {@code moving-count.js} makes of the ledgers so far. */
  public JsonNode count() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      // Clients first: what they have heard is in the ledgers that are read later, also while all
      // go on.
      String[] ledgers =
          files
              .map(Path::toString)
              .filter(name -> name.endsWith(ENDING))
              .sorted(Comparator.comparing((String name) -> !name.endsWith("clients" + ENDING)))
              .toArray(String[]::new);
      try (NodePeer count = NodePeer.start("moving-count.js", ledgers)) {
        return JsonMapper.shared().readTree(count.await("count"));
      }
    }
  }
}
