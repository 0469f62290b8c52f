package io.holdfast.model;

import org.jspecify.annotations.Nullable;

/**
 * What a backend sees as {@code Host}.
 *
 * @param kind where it comes from
 * @param value for {@link Kind#FIXED} only
 */
public record HostPolicy(Kind kind, @Nullable String value) {

  /** Where the {@code Host} comes from. */
  public enum Kind {
    /** What the client sent. */
    CLIENT,
    /** The backend's own host and port. */
    BACKEND,
    /** What the config says. */
    FIXED
  }
}
