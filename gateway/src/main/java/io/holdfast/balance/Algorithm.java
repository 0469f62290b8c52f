package io.holdfast.balance;

import io.holdfast.model.Balance;
import io.holdfast.model.BalancePolicy;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How one is chosen among many. Thread-safe: all event loops choose at once. */
interface Algorithm {

  /**
   * Chooses among those that have a place and are not in {@code without}.
   *
   * @param kind of the place
   * @param key a hash of the client's key; only those that go by it look at it
   * @return null when there is none
   */
  @Nullable Candidate choose(Set<LiveBackend> without, Lease.Kind kind, long key);

  /** Where a key leads while all take work; null for algorithms that go by none. */
  default @Nullable Candidate home(long key) {
    return null;
  }

  /** The algorithm of a service, over those of its backends that new clients may go to. */
  static Algorithm of(BalancePolicy policy, List<Candidate> takers) {
    return policy.groups().isEmpty()
        ? of(policy.algorithm(), new Candidates(takers, policy.slowStart()))
        : new Groups(policy, takers);
  }

  /** The algorithm that {@code balance} names, over {@code candidates}. */
  static Algorithm of(Balance balance, Candidates candidates) {
    return switch (balance) {
      case ROUND_ROBIN -> new RoundRobin(candidates);
      case RANDOM -> (without, kind, _) -> candidates.orNull(candidates.draw(without, kind));
      case LEAST_CONNECTIONS, LEAST_REPORTED -> new LeastConnections(candidates);
      case POWER_OF_TWO -> new PowerOfTwo(candidates);
      case IP_HASH, CONSISTENT_HASH -> new Maglev(candidates);
    };
  }
}
