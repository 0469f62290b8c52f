package io.holdfast.model;

import java.time.Duration;
import java.util.Set;

/**
 * How the relays of a service are moved to other backends while their clients notice nothing.
 *
 * @param quiet silence both ways that settles a relay
 * @param atMost how long is waited for that
 * @param busy what becomes of one that is never silent
 * @param clientMessages how many of the client's first messages are said again to a new backend
 * @param swallowAnswers how many messages of the new backend answer those, and are not passed on
 * @param onClose codes of a backend's own Close that ask for another backend
 * @param onFailure whether a relay goes on elsewhere whose backend is lost
 * @param holdBuffer bytes of the new backend that may be held, and of the first messages
 * @param timeout for each wait of a move but the one for silence
 * @param compression whether what clients offer is passed on to backends without its context
 *     takeover, else not at all
 */
public record MigrationPolicy(
    Duration quiet,
    Duration atMost,
    Busy busy,
    int clientMessages,
    int swallowAnswers,
    Set<Integer> onClose,
    boolean onFailure,
    int holdBuffer,
    Duration timeout,
    boolean compression) {

  /** What becomes of a relay that is never silent. */
  public enum Busy {
    /** It is moved all the same. */
    MOVE,
    /** It stays. */
    LEAVE,
    /** It ends. */
    CLOSE
  }

  public MigrationPolicy {
    onClose = Set.copyOf(onClose);
  }
}
