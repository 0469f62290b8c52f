package io.holdfast.config.source;

/**
 * How often something may happen.
 *
 * @param perSecond above 0
 */
public record Rate(double perSecond) {}
