package io.holdfast.balance;

import io.holdfast.model.Balance;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How one is chosen among many. Thread-safe: all event loops choose at once. */
interface Algorithm {

  /**
   * Chooses among those that take new work and are not in {@code without}.
   *
   * @param key a hash of the client's key; only those that go by it look at it
   * @return null when there is none
   */
  @Nullable Candidate choose(Set<LiveBackend> without, long key);

  /** The algorithm that {@code balance} names, over {@code candidates}. */
  static Algorithm of(Balance balance, Candidates candidates) {
    return switch (balance) {
      case ROUND_ROBIN -> new RoundRobin(candidates);
      case RANDOM -> (without, _) -> candidates.orNull(candidates.draw(without));
      case LEAST_CONNECTIONS, LEAST_REPORTED -> new LeastConnections(candidates);
      case POWER_OF_TWO -> new PowerOfTwo(candidates);
      case IP_HASH, CONSISTENT_HASH -> new Maglev(candidates);
    };
  }
}
