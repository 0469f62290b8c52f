package io.holdfast.balance;

import org.jspecify.annotations.Nullable;

/** What came of choosing. */
public sealed interface Choice permits Lease, Choice.None {

  /**
   * No place.
   *
   * @param why in one word
   * @param at whose place is to be waited for; null for anyone's
   */
  record None(Reason why, @Nullable LiveBackend at) implements Choice {}

  /** Why there is no place. */
  enum Reason {
    /** No backend takes work, or all were tried. */
    NOBODY,
    /** Those that take work have all that they may have. */
    FULL,
    /** The promised one takes no work, and no other will do. */
    BROKEN_PROMISE
  }
}
