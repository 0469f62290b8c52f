package io.holdfast.observe;

import java.util.Locale;

/** How a WebSocket handshake ended, from the client's point of view. */
public enum HandshakeOutcome {
  /** The client got its 101. */
  SWITCHED,
  /** The backend answered something else than 101, and that answer was passed on. */
  REFUSED_BY_BACKEND,
  /** The request was no valid handshake (RFC 6455 section 4.2.1). */
  BAD_REQUEST,
  /** No route matched. */
  NO_ROUTE,
  /** No backend could be reached, or all of them answered wrongly. */
  BACKEND_FAILED,
  /** More came at once than the service takes ({@code handshakes}). */
  PACED_OUT,
  /** No answer in time. */
  TIMED_OUT,
  /** The client went away while it waited. */
  CLIENT_GONE;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** As metrics and logs write it, in lower case. */
  public String label() {
    return label;
  }
}
