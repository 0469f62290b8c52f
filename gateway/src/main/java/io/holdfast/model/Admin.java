package io.holdfast.model;

import org.jspecify.annotations.Nullable;

/**
 * The admin listener.
 *
 * @param enabled false: no admin listener at all
 * @param host loopback by default
 * @param port 0 for any free one
 * @param token what {@code Authorization: Bearer} must carry; null only on loopback
 */
public record Admin(boolean enabled, String host, int port, @Nullable String token) {}
