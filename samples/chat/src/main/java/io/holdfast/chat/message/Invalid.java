package io.holdfast.chat.message;

import org.jspecify.annotations.Nullable;

/** A message that cannot be served. Its client is told, and stays connected. */
public final class Invalid extends Exception {
  private static final long serialVersionUID = 1;

  private final String code;
  private final @Nullable String ref;

  /**
   * With what its client is told.
   *
   * @param code for programs, such as {@code not_in_room}
   * @param sentence for people
   * @param ref what the client calls the request
   */
  public Invalid(String code, String sentence, @Nullable String ref) {
    super(sentence, null, false, false);
    this.code = code;
    this.ref = ref;
  }

  /** For programs, such as {@code not_in_room}. */
  public String code() {
    return code;
  }

  /** For people. */
  public String sentence() {
    return String.valueOf(getMessage());
  }

  /** What the client calls the request; null for nothing. */
  public @Nullable String ref() {
    return ref;
  }
}
