package io.holdfast.relay;

import java.util.Locale;

/** Who hears what becomes of a move. Called on the relay's event loop. */
public interface MoveOutcome {
  /** The new backend has the relay from here on. */
  void onCommitted();

  /**
   * The relay goes on with its new backend.
   *
   * @param settleNanos from when silence was waited for to when the client was held; 0 when the old
   *     backend was gone already
   * @param stallNanos from when the client was held to when it was let go
   * @param settled whether the relay was silent
   */
  void onMoved(long settleNanos, long stallNanos, boolean settled);

  /**
   * There is no move. Before its commit the relay stays as it was; the channel given for it is
   * being closed. A relay that is {@linkplain Relay#adrift adrift} waits for another one.
   *
   * @param failure what kind
   */
  void onFailed(Failure failure);

  /** Why there was no move. */
  enum Failure {
    /** It was never silent, and is to stay then. */
    BUSY_LEFT,
    /** It was never silent, and has been ended for that. */
    BUSY_CLOSED,
    /** It was never silent, and a message did not end, or was not read, in time. */
    UNFINISHED,
    /** It has not said all of its first messages yet, or too much in them. */
    PROLOGUE,
    /** The new backend closed, or was lost, or did not answer in time. */
    BACKEND,
    /** No other backend takes it. */
    NO_BACKEND,
    /** The new backend refused the handshake. */
    REFUSED,
    /** The new backend wants another subprotocol or other extensions. */
    OTHER_TERMS,
    /** It is being moved already. */
    MOVING,
    /** It cannot be moved at all. */
    IMMOVABLE,
    /** The relay has ended, or is ending. */
    ENDED;

    /** As it stands in metrics and logs. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
