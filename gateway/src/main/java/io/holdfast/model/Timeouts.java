package io.holdfast.model;

import java.time.Duration;

/**
 * Bounds on every wait for a backend or a stalled peer.
 *
 * @param connect to dial a backend, TLS included; must not be zero
 * @param handshake from the sent opening request to its whole answer head; must not be zero
 * @param response from the sent HTTP request to the head of its answer
 * @param exchange without a byte either way in the middle of an HTTP exchange
 * @param write without progress while a peer does not read what waits for it
 * @param close from a Close frame that was passed or sent to its answer; must not be zero
 * @param pool how long an idle backend connection is kept for the next HTTP exchange
 */
public record Timeouts(
    Duration connect,
    Duration handshake,
    Duration response,
    Duration exchange,
    Duration write,
    Duration close,
    Duration pool) {}
