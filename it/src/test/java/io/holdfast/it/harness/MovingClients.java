package io.holdfast.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Clients that number what they send, and note what comes, as do their {@link MovingPeers}. */
public final class MovingClients implements AutoCloseable {
  /** How many there are. */
  public static final int CONNECTIONS = 200;

  private static final List<String> WHAT = List.of("messages", "answers", "pushes");

  private final MovingPeers peers;
  private final NodePeer peer;

  MovingClients(MovingPeers peers, NodePeer peer) {
    this.peers = peers;
    this.peer = peer;
  }

  /**
   * Waits for the answers that are due, ends, and tells how the connections went: {@code
   * disconnects}, the {@code closes} of these by code, and how many were {@code cut} inside a
   * frame. Of {@code messages}, {@code answers} and {@code pushes} it tells how many were {@code
   * sent}, {@code lost}, {@code repeated} and {@code reordered}; a server that was told to go has
   * left answers {@code unsaid}.
   */
  public JsonNode result() throws IOException {
    peer.send("stop");
    ObjectNode seen = (ObjectNode) JsonMapper.shared().readTree(peer.await("result"));
    JsonNode count = peers.count();
    // A server that was dialled for a move hears last that the client has gone; one that was killed
    // never.
    for (int i = 0; i < 10 && count.path("open").asInt() > 0; i++) {
      count = peers.count();
    }
    return seen.setAll((ObjectNode) count);
  }

  /** The same, of which {@link #assertUnnoticed} must be true. */
  public JsonNode assertNobodyNoticed() throws IOException {
    JsonNode seen = result();
    assertUnnoticed(seen);
    return seen;
  }

  /** No connection was lost, and nothing on it: lost, repeated or reordered. */
  public static void assertUnnoticed(JsonNode seen) {
    assertThat(seen.path("disconnects").asInt()).as("disconnects in " + seen).isZero();
    for (String what : WHAT) {
      assertThat(seen.path(what).path("sent").asInt()).as(what + " in " + seen).isPositive();
      assertThat(seen.path(what).path("lost").asInt()).as(what + " lost in " + seen).isZero();
    }
    assertThat(seen.at("/answers/unsaid").asInt()).as("answers unsaid in " + seen).isZero();
    assertOnceAndInOrder(seen);
  }

  /** What has arrived has done so once and in order, whatever was lost with a server. */
  public static void assertOnceAndInOrder(JsonNode seen) {
    for (String what : WHAT) {
      for (String wrong : new String[] {"repeated", "reordered"}) {
        assertThat(seen.path(what).path(wrong).asInt())
            .as(what + " " + wrong + " in " + seen)
            .isZero();
      }
    }
  }

  /** Who was disconnected got a Close 1012, or a reset where its stream stood inside a frame. */
  public static void assertClosedWherePossible(JsonNode seen) {
    assertThat(seen.at("/closes/1012").asInt() + seen.path("cut").asInt())
        .as(seen.toString())
        .isEqualTo(seen.path("disconnects").asInt());
  }

  @Override
  public void close() {
    peer.close();
  }
}
