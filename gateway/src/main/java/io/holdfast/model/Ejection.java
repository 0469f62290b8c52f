package io.holdfast.model;

import java.time.Duration;

/**
 * When a backend is taken out for what its clients meet there, and for how long.
 *
 * @param failures in a row; 0 for never
 * @param silence handshakes that wait this long while the backend answers nobody count as failed;
 *     zero for never
 * @param time the first time; it doubles with each repeat
 * @param maxTime at most
 * @param maxEjected share of the service's backends that may be out at once
 */
public record Ejection(
    int failures, Duration silence, Duration time, Duration maxTime, double maxEjected) {}
