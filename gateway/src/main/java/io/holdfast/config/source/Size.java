package io.holdfast.config.source;

/**
 * An amount of data.
 *
 * @param bytes at least 0
 */
public record Size(long bytes) {}
