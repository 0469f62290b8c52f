package io.holdfast.balance;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The least load per weight, counting the one that is to come. The search starts at a random place,
 * so that equals share.
 */
final class LeastConnections implements Algorithm {
  private final List<Candidate> candidates;

  LeastConnections(List<Candidate> candidates) {
    this.candidates = candidates;
  }

  @Override
  public @Nullable Candidate choose(Set<LiveBackend> without) {
    int size = candidates.size();
    if (size == 0) {
      return null;
    }
    int start = ThreadLocalRandom.current().nextInt(size);
    Candidate best = null;
    long bestLoad = 0;
    for (int i = 0; i < size; i++) {
      Candidate candidate = candidates.get((start + i) % size);
      if (without.contains(candidate.live())) {
        continue;
      }
      long load = candidate.live().load() + 1L;
      // load / weight < bestLoad / bestWeight, without the division.
      if (best == null || load * best.weight() < bestLoad * candidate.weight()) {
        best = candidate;
        bestLoad = load;
      }
    }
    return best;
  }
}
