package io.holdfast.model;

import java.time.Duration;

/**
 * How the gateway drains itself on SIGTERM.
 *
 * @param readinessDelay how long {@code /readyz} says 503 while everything else still works
 * @param deadline from the end of the delay to the end of the last relay
 */
public record Shutdown(Duration readinessDelay, Duration deadline) {}
