package io.holdfast.model;

import java.time.Duration;

/**
 * How relays are spread anew.
 *
 * @param auto whether by itself, after a backend has joined or come back
 * @param tolerance by which share a backend may have more than its due
 * @param rate relays a second
 * @param after for how long such a backend must have been up
 */
public record RebalancePolicy(boolean auto, double tolerance, double rate, Duration after) {}
