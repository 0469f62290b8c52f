package io.holdfast.balance;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Two by chance and by weight, and of them the one with the least load per weight: nearly as even
 * as looking at all, and never do all rush to the one that was empty a moment ago.
 */
final class PowerOfTwo implements Algorithm {
  private final Candidates candidates;

  PowerOfTwo(Candidates candidates) {
    this.candidates = candidates;
  }

  @Override
  public @Nullable Candidate choose(Set<LiveBackend> without, Lease.Kind kind, long key) {
    int one = candidates.draw(without, kind);
    int other = candidates.draw(without, kind);
    // The same again says nothing; a second draw hardly ever meets it a third time.
    if (one == other && candidates.size() > 1) {
      other = candidates.draw(without, kind);
    }
    return candidates.orNull(other < 0 || (one >= 0 && isBetter(one, other)) ? one : other);
  }

  private boolean isBetter(int one, int other) {
    long cost = candidates.cost(one, candidates.read(one));
    long otherCost = candidates.cost(other, candidates.read(other));
    return cost * candidates.weight(other) <= otherCost * candidates.weight(one);
  }
}
