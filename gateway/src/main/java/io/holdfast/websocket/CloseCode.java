package io.holdfast.websocket;

/** Codes of Close frames (RFC 6455 section 7.4, and the IANA registry for 1012 to 1014). */
public final class CloseCode {
  public static final int NORMAL = 1000;
  public static final int GOING_AWAY = 1001;
  public static final int PROTOCOL_ERROR = 1002;

  /** Never sent: stands for a Close frame without a code. */
  public static final int NO_CODE = 1005;

  /** Never sent: stands for an end without a Close frame. */
  public static final int ABNORMAL = 1006;

  public static final int TOO_BIG = 1009;
  public static final int INTERNAL_ERROR = 1011;
  public static final int SERVICE_RESTART = 1012;

  private CloseCode() {}

  /** Whether an endpoint may put {@code code} into a Close frame (RFC 6455 section 7.4.2). */
  public static boolean isSendable(int code) {
    return (code >= 1000 && code <= 1003)
        || (code >= 1007 && code <= 1014)
        || (code >= 3000 && code <= 4999);
  }
}
