package io.holdfast.model;

import java.time.Duration;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How the relays of a backend that goes are ended.
 *
 * @param deadline all are ended by then
 * @param rate relays a second; empty to spread them evenly over {@code deadline}
 * @param code of the Close frame
 * @param reason in it; null for one that says what ends them
 * @param onUnhealthy what becomes of them when probes fail
 */
public record Drain(
    Duration deadline,
    OptionalDouble rate,
    int code,
    @Nullable String reason,
    OnUnhealthy onUnhealthy) {}
