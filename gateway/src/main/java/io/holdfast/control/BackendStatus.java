package io.holdfast.control;

import org.jspecify.annotations.Nullable;

/**
 * A backend as it is now.
 *
 * @param address scheme, host and port
 * @param name host of the configuration by which it was found; null when that has its address
 * @param weight share of new work; 0 once it left the configuration
 * @param group part of the service; null for none
 * @param state in one word: {@code up}, {@code down}, {@code ejected}, {@code trial}, or {@code
 *     draining}, also when it left the configuration and still has relays
 * @param relays established on it
 * @param pending handshakes under way
 * @param exchanges HTTP exchanges under way
 */
public record BackendStatus(
    String address,
    @Nullable String name,
    int weight,
    @Nullable String group,
    String state,
    int relays,
    int pending,
    int exchanges) {}
