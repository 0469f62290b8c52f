package io.holdfast.relay;

import org.jspecify.annotations.Nullable;

/** Who is told of a relay's end, and knows its story: the handshake that made it. */
public interface RelayOwner {
  /** Called once, on the relay's event loop, when both legs are closed. */
  void onRelayEnd(Relay relay, RelayEnd end);

  /** The backend has answered our Ping so many nanoseconds after it was flushed. */
  default void onPong(long nanos) {}

  /**
   * The backend is gone, and the relay could go on with another one.
   *
   * @param why what the other one is told
   * @param how it went
   * @return what begins to look for another, and leads to {@link Relay#moveTo} or {@link
   *     Relay#abandon}; null when there is none
   */
  default @Nullable Runnable rescue(Relay relay, Resume why, String how) {
    return null;
  }
}
