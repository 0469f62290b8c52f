package io.holdfast.model;

import java.time.Duration;

/**
 * A table of clients' keys and their backends.
 *
 * @param key what tells clients apart
 * @param learnt whether the key is a cookie that backends set, so that their answers are read too
 * @param lifetime of a promise
 * @param idle without a request of the client, after which its promise ends; zero for never
 * @param size promises at most; the one not used for longest makes room
 */
public record TableAffinity(
    ClientKey key, boolean learnt, Duration lifetime, Duration idle, int size)
    implements AffinityPolicy.Kind {}
