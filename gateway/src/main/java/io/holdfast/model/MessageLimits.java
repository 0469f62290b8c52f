package io.holdfast.model;

/**
 * Bounds on what a client sends over a relay; a breach ends it with 1009 (RFC 6455 section 7.4.1).
 *
 * @param maxFrame payload bytes of one frame; 0 is no limit
 * @param maxMessage payload bytes of one message, over all its fragments, as sent (compressed); 0
 *     is no limit
 */
public record MessageLimits(long maxFrame, long maxMessage) {

  /** No limits. */
  public static final MessageLimits NONE = new MessageLimits(0, 0);
}
