package io.holdfast.observe;

import java.util.Locale;

/** Who ended a relay or an exchange first. */
public enum EndedBy {
  CLIENT,
  BACKEND,
  GATEWAY;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** As metrics and logs write it, in lower case. */
  public String label() {
    return label;
  }
}
