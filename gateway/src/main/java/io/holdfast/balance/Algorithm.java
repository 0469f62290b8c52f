package io.holdfast.balance;

import io.holdfast.model.Balance;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How one is chosen among many. Thread-safe: all event loops choose at once. */
interface Algorithm {

  /**
   * Chooses among those with a weight above 0 that are not in {@code without}.
   *
   * @return null when there is none
   */
  @Nullable Candidate choose(Set<LiveBackend> without);

  /** The algorithm that {@code balance} names, over {@code candidates}. */
  static Algorithm of(Balance balance, List<Candidate> candidates) {
    List<Candidate> weighted = candidates.stream().filter(c -> c.weight() > 0).toList();
    return switch (balance) {
      case ROUND_ROBIN -> new RoundRobin(weighted);
      case RANDOM -> new RandomChoice(weighted);
      case LEAST_CONNECTIONS -> new LeastConnections(weighted);
    };
  }
}
