package io.holdfast.model;

import java.time.Duration;

/**
 * What each backend of a service may have at once.
 *
 * @param connections relays, handshakes under way and HTTP exchanges in flight together; 0 is no
 *     limit
 * @param pendingHandshakes handshakes under way; 0 is no limit
 * @param whenFull what is done for a client that was promised a full backend, or finds all full
 * @param queueTimeout how long one waits at most
 */
public record Capacity(
    int connections, int pendingHandshakes, WhenFull whenFull, Duration queueTimeout) {

  /** No limits. */
  public static final Capacity UNLIMITED = new Capacity(0, 0, WhenFull.NEXT, Duration.ZERO);

  /** What a full backend means for a client. */
  public enum WhenFull {
    /** Another backend; 503 when all are full. */
    NEXT,
    /** It waits for a place; 503 when none comes. */
    QUEUE,
    /** 503 at once. */
    REFUSE
  }
}
