package io.holdfast.balance;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** By chance, in proportion to weight. */
final class RandomChoice implements Algorithm {
  private final List<Candidate> candidates;

  RandomChoice(List<Candidate> candidates) {
    this.candidates = candidates;
  }

  @Override
  public @Nullable Candidate choose(Set<LiveBackend> without) {
    Candidate chosen = null;
    long total = 0;
    for (Candidate candidate : candidates) {
      if (!without.contains(candidate.live())) {
        total += candidate.weight();
        // Each newcomer takes the place with its share of the weights so far: one pass, any subset.
        if (ThreadLocalRandom.current().nextLong(total) < candidate.weight()) {
          chosen = candidate;
        }
      }
    }
    return chosen;
  }
}
