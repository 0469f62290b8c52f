package io.holdfast.relay;

import java.util.Locale;

/** Why a relay comes to a new backend, which is told so in the handshake. */
public enum Resume {
  /** By a move that nothing was lost in. */
  PLANNED,
  /** Its backend closed it, with a code that asks for another. */
  CLOSED,
  /** Its backend was lost: what the client said last may have been heard or not. */
  LOST;

  /** The name of the header of a handshake that tells it. */
  public static final String HEADER = "holdfast-resume";

  /** As it stands in headers, metrics and logs. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
