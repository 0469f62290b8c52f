package io.holdfast.model;

import java.time.Duration;

/**
 * How the life of both legs is watched.
 *
 * @param ping a leg from which no byte came for this long is sent a Ping
 * @param pongTimeout without any byte after such a Ping, the leg is dead
 * @param idle without a data message either way, the relay ends; Pings do not count
 */
public record Keepalive(Duration ping, Duration pongTimeout, Duration idle) {}
