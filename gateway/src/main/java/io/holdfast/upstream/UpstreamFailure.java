package io.holdfast.upstream;

/**
 * Why a backend could not be used.
 *
 * @param kind what went wrong
 * @param detail for the log, in a few words; not for clients
 */
public record UpstreamFailure(Kind kind, String detail) {

  /** What went wrong. Its name in lower case is a metric's label. */
  public enum Kind {
    /** Its name has no address. */
    UNRESOLVED(502, true),
    /** The dial was refused, or there is no way there. */
    CONNECT_REFUSED(502, true),
    /** The dial took too long. */
    CONNECT_TIMEOUT(504, true),
    /** TLS could not be agreed on, or the certificate is not trusted. */
    TLS(502, true),
    /** The connection had ended before anything was sent. */
    CLOSED_UNSENT(502, true),
    /** The connection ended before the answer. */
    CLOSED_EARLY(502, false),
    /** No answer in time. */
    ANSWER_TIMEOUT(504, false),
    /** The client did not send the rest of its request; no backend is to blame. */
    REQUEST_TIMEOUT(408, false),
    /** The answer is not HTTP. */
    BAD_ANSWER(502, false),
    /** The answer to a handshake switches to something that is not our WebSocket. */
    BAD_ACCEPT(502, false),
    /** The answer says that the backend cannot serve: 502, 503 or 504. */
    UNAVAILABLE(503, false),
    /** All backends that take work have all that they may have. */
    FULL(503, true),
    /** More handshakes come than their turns can be waited for. */
    PACED(503, true),
    /** The backend that was promised takes no work, and no other would do. */
    BROKEN_PROMISE(503, true);

    private final int status;
    private final boolean unsent;

    Kind(int status, boolean unsent) {
      this.status = status;
      this.unsent = unsent;
    }

    /** The status that a client gets, when no other backend is left. */
    public int status() {
      return status;
    }

    /** Whether no byte of the request was sent: any request may be tried elsewhere. */
    public boolean unsent() {
      return unsent;
    }
  }
}
