package io.holdfast.balance;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * In turn, smoothly by weight: with weights 5, 1, 1 the order is a a b a c a a, not a a a a a b c.
 * Each choice raises everyone's credit by its weight and charges the richest, who is chosen, the
 * sum of all.
 */
final class RoundRobin implements Algorithm {
  private final Candidates candidates;
  private final long[] credit;
  private int turn;

  /** Whose turn it is of second tries, which all others share of a backend that gives no place. */
  private int second;

  RoundRobin(Candidates candidates) {
    this.candidates = candidates;
    this.credit = new long[candidates.size()];
  }

  // One turn for all event loops: the lock is held for a pass over an array, and nothing waits in
  // it.
  @Override
  public synchronized @Nullable Candidate choose(
      Set<LiveBackend> without, Lease.Kind kind, long key) {
    return candidates.even() ? next(without, kind) : richest(without, kind);
  }

  /** Among equals the richest is simply the next. */
  private @Nullable Candidate next(Set<LiveBackend> without, Lease.Kind kind) {
    int size = candidates.size();
    // A second try is out of turn: else the next client would meet the one that failed again.
    boolean first = without.isEmpty();
    int from = first ? turn : second;
    for (int n = 0; n < size; n++) {
      int i = (from + n) % size;
      if (candidates.isOpen(i, without, kind)) {
        if (first) {
          turn = (i + 1) % size;
        } else {
          second = (i + 1) % size;
        }
        return candidates.get(i);
      }
    }
    return null;
  }

  private @Nullable Candidate richest(Set<LiveBackend> without, Lease.Kind kind) {
    boolean some = !without.isEmpty();
    int best = -1;
    long total = 0;
    for (int i = 0; i < credit.length; i++) {
      if ((candidates.read(i) & kind.closed) != 0
          || (some && without.contains(candidates.get(i).live()))) {
        continue;
      }
      int weight = candidates.weight(i);
      total += weight;
      credit[i] += weight;
      if (best < 0 || credit[i] > credit[best]) {
        best = i;
      }
    }
    if (best >= 0) {
      credit[best] -= total;
    }
    return candidates.orNull(best);
  }
}
