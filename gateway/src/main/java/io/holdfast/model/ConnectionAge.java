package io.holdfast.model;

import java.time.Duration;

/**
 * How long a relay may live.
 *
 * @param max then it is closed with the drain code, so that its client comes back
 * @param jitter up to this much is taken off, by chance, so that they do not all come back at once
 */
public record ConnectionAge(Duration max, Duration jitter) {}
