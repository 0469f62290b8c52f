package io.holdfast.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A signed cookie of ours that brings a client back to its backend.
 *
 * @param name of the cookie
 * @param maxAge how long the promise holds; renewed when less than half is left
 * @param secret what signs it; null for one made at start, with which promises end with the process
 */
public record CookieAffinity(String name, Duration maxAge, @Nullable String secret) {}
