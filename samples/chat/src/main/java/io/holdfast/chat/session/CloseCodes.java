package io.holdfast.chat.session;

/** Close codes of RFC 6455, section 7.4.1, and of the registry that goes by it. */
public final class CloseCodes {
  /** The server stops, or has heard nothing for too long. */
  public static final int GOING_AWAY = 1001;

  /** What the client does is not allowed. */
  public static final int POLICY_VIOLATION = 1008;

  /** A message is too large. */
  public static final int TOO_BIG = 1009;

  /** The client had better connect anew. */
  public static final int SERVICE_RESTART = 1012;

  /** The client reads too slowly; it may try again. */
  public static final int TRY_AGAIN_LATER = 1013;

  /** Another connection has taken this one's name; it had better not come back. */
  public static final int REPLACED = 4001;

  private CloseCodes() {}
}
