package io.holdfast.admin;

import org.jspecify.annotations.Nullable;

/**
 * A backend as it is now.
 *
 * @param address scheme, host and port
 * @param weight share of new work
 * @param group part of the service; null for none
 * @param state one word in lower case, such as {@code up} or {@code draining}
 * @param relays established on it
 * @param pending handshakes under way
 * @param exchanges HTTP exchanges under way
 */
public record BackendStatus(
    String address,
    int weight,
    @Nullable String group,
    String state,
    int relays,
    int pending,
    int exchanges) {}
