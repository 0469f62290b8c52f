package io.holdfast.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clients of npm's {@code ws} that number what they send, and see what is lost on the way. */
public final class MovingClients implements AutoCloseable {
  /** How many there are. */
  public static final int CONNECTIONS = 200;

  private final NodePeer peer;

  private MovingClients(NodePeer peer) {
    this.peer = peer;
  }

  /** Starts them; each sends about every two seconds. Returns when all are connected. */
  public static MovingClients of(GatewayProcess gateway) throws IOException {
    NodePeer peer =
        NodePeer.start(
            "moving-client.js",
            gateway.ws("/"),
            "--connections",
            Integer.toString(CONNECTIONS),
            "--every",
            "2000");
    peer.await("open");
    return new MovingClients(peer);
  }

  /** Waits for the answers that are due, and tells what they have seen. */
  public JsonNode result() throws IOException {
    peer.send("stop");
    return JsonMapper.shared().readTree(peer.await("result"));
  }

  /** The same, which must be that nothing has happened. */
  public JsonNode assertNobodyNoticed() throws IOException {
    JsonNode seen = result();
    for (String what : new String[] {"disconnects", "repeated", "disorder", "unanswered"}) {
      assertThat(seen.path(what).asInt()).as(what + " in " + seen).isZero();
    }
    return seen;
  }

  @Override
  public void close() {
    peer.close();
  }
}
