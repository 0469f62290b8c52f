package io.holdfast.model;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * How the relays of a backend that goes are ended.
 *
 * @param deadline all are ended by then
 * @param rate relays a second; empty to spread them evenly over {@code deadline}
 * @param code of the Close frame
 * @param onUnhealthy what becomes of them when probes fail
 */
public record Drain(Duration deadline, OptionalDouble rate, int code, OnUnhealthy onUnhealthy) {}
