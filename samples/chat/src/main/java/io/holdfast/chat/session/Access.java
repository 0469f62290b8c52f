package io.holdfast.chat.session;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one client may do.
 *
 * @param name what others call it, whatever it says; null for one that may choose
 * @param limits how much
 * @param mayChooseName whether it may say what others call it
 * @param until when it ends; null for never
 */
public record Access(
    @Nullable String name, Limits limits, boolean mayChooseName, @Nullable Instant until) {
  /** Where nobody has a token. */
  public static final Access ALL = new Access(null, Limits.USUAL, true, null);

  /** Without a token where others have one: a widget on a page, whose user is unknown. */
  public static final Access WIDGET =
      new Access(null, new Limits(1, 1, 5, 10, Duration.ofMinutes(1)), false, null);

  /** Of a token. */
  public static Access of(String name, Instant until) {
    return new Access(name, Limits.USUAL, false, until);
  }

  Access with(Limits others) {
    return new Access(name, others, mayChooseName, until);
  }
}
