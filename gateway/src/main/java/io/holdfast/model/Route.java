package io.holdfast.model;

/**
 * A match that leads to a service.
 *
 * @param name unique
 * @param match which requests
 * @param service key into {@link Snapshot#services()}
 * @param rewrite what the backend sees as the path
 * @param requestHeaders edits to what the backend sees
 * @param responseHeaders edits to what the client sees, on the 101 too
 * @param messages bounds on what clients send through relays of this route
 */
public record Route(
    String name,
    Match match,
    String service,
    Rewrite rewrite,
    HeaderEdits requestHeaders,
    HeaderEdits responseHeaders,
    MessageLimits messages) {}
