package io.holdfast.control;

import java.time.Instant;

/**
 * A relay as it is now.
 *
 * @param id unique in this gateway
 * @param service that it belongs to
 * @param route that it came by
 * @param backend address that it leads to
 * @param client address and port of the client
 * @param since when it was established
 * @param messagesFromClient data messages
 * @param messagesFromBackend data messages
 * @param bytesFromClient bytes after the head
 * @param bytesFromBackend bytes after the head
 * @param ageSeconds since it was established
 * @param idleSeconds since the last data message of either side; Pings do not count
 * @param movable whether it can go to another backend while its client notices nothing
 * @param moves how often it did
 * @param state one word in lower case, such as {@code open} or {@code closing}
 */
public record ConnectionStatus(
    String id,
    String service,
    String route,
    String backend,
    String client,
    Instant since,
    long messagesFromClient,
    long messagesFromBackend,
    long bytesFromClient,
    long bytesFromBackend,
    double ageSeconds,
    double idleSeconds,
    boolean movable,
    int moves,
    String state) {}
