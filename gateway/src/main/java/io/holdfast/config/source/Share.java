package io.holdfast.config.source;

/**
 * A part of a whole.
 *
 * @param fraction 0 to 1
 */
public record Share(double fraction) {}
