package io.holdfast.model;

/**
 * A client's key leads to a backend by its hash, and nothing is remembered. Clients without the key
 * go by the service's algorithm.
 *
 * @param key what tells clients apart
 */
public record HashAffinity(ClientKey key) implements AffinityPolicy.Kind {}
