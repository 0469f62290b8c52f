package io.holdfast.relay;

import io.netty.buffer.ByteBuf;

/** What becomes of an inlet's bytes when they do not just go to the other leg. */
interface Detour {
  /** Takes over {@code bytes}. */
  void pass(ByteBuf bytes);

  /** Whether bytes go to the other leg as they come. */
  boolean passes();

  /** The bytes that come next are a whole control frame. */
  default void onControl() {}

  /** Whether each frame is to come by itself, with {@link #atBoundary} behind it. */
  default boolean wantsBoundary() {
    return false;
  }

  /**
   * A frame is complete.
   *
   * @param endOfMessage whether it is a data frame that ends its message
   */
  default void atBoundary(boolean endOfMessage) {}

  /** Lets go of all bytes that are held. */
  default void release() {}
}
