package io.holdfast.model;

import java.time.Duration;

/**
 * How many handshakes go to the backends of a service, so that a storm of clients that come back
 * does not take them down.
 *
 * @param rate a second, to all backends together; 0 is no limit
 * @param perBackend a second, to each backend that has come, or come back, not long ago; 0 is no
 *     limit
 * @param warm how long that is
 * @param queueTimeout how long a handshake waits for its turn at most
 * @param retryAfter those that are turned away are told to come back within this, at random
 */
public record HandshakePacing(
    double rate, double perBackend, Duration warm, Duration queueTimeout, Duration retryAfter) {

  /** No limits. */
  public static final HandshakePacing NONE =
      new HandshakePacing(0, 0, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1));
}
