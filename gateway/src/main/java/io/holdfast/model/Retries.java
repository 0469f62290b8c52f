package io.holdfast.model;

/**
 * How often another backend may be tried for one request. A failed dial sent nothing and only
 * counts against {@code max}; once bytes were sent, the budget must allow it too.
 *
 * @param max tries beside the first
 * @param budget retries after bytes were sent, as a share of requests
 * @param minPerSecond retries that are always allowed, so that quiet services can retry at all
 */
public record Retries(int max, double budget, int minPerSecond) {}
