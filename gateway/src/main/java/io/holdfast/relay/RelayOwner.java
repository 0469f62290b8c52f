package io.holdfast.relay;

/** Who is told of a relay's end, and knows its story: the handshake that made it. */
public interface RelayOwner {
  /** Called once, on the relay's event loop, when both legs are closed. */
  void onRelayEnd(Relay relay, RelayEnd end);
}
