package io.holdfast.model;

import java.time.Duration;

/**
 * Bounds that hold for every client before its route is known.
 *
 * @param connections client connections at once, over all listeners; 0 is no limit of ours
 * @param connectionsPerAddress client connections at once from one address (IPv6: one /64); 0 is no
 *     limit
 * @param headBytes request line and header fields together
 * @param headers header fields of one request
 * @param headTimeout from the accept, TLS included, or the first byte of a later request, to the
 *     end of its head
 * @param keepAliveTimeout how long a client connection may wait between two requests
 */
public record Limits(
    int connections,
    int connectionsPerAddress,
    int headBytes,
    int headers,
    Duration headTimeout,
    Duration keepAliveTimeout) {}
