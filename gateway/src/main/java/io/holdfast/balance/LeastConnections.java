package io.holdfast.balance;

import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The least load per weight, counting the one that is to come. The search starts at a random place,
 * so that equals share.
 */
final class LeastConnections implements Algorithm {
  private final Candidates candidates;

  LeastConnections(Candidates candidates) {
    this.candidates = candidates;
  }

  @Override
  public @Nullable Candidate choose(Set<LiveBackend> without, Lease.Kind kind, long key) {
    int size = candidates.size();
    int start = size == 0 ? 0 : ThreadLocalRandom.current().nextInt(size);
    int least = candidates.even() ? least(start, kind) : leastPerWeight(start, kind);
    if (least >= 0 && !without.contains(candidates.get(least).live())) {
      return candidates.get(least);
    }
    int first = best(start, size, -1, without, kind);
    return candidates.orNull(best(0, start, first, without, kind));
  }

  /**
   * The least load among equal weights, in half the time; -1 when that is not all there is to
   * compare. Flags make a number larger than any load, unless they do not matter to this kind.
   */
  private int least(int start, Lease.Kind kind) {
    int chosen = -1;
    int load = Slot.RAMPING;
    int matters = kind.closed | Slot.RAMPING | Slot.RAMPING - 1;
    int flags = 0;
    int size = candidates.size();
    for (int n = 0, i = start; n < size; n++, i = i + 1 == size ? 0 : i + 1) {
      int seen = candidates.read(i) & matters;
      flags |= seen;
      if (seen < load) {
        load = seen;
        chosen = i;
      }
    }
    return (flags & Slot.RAMPING) == 0 ? chosen : -1;
  }

  /** The least load per weight, in the same way. */
  private int leastPerWeight(int start, Lease.Kind kind) {
    int chosen = -1;
    double cost = Double.MAX_VALUE;
    int flags = 0;
    int size = candidates.size();
    for (int n = 0, i = start; n < size; n++, i = i + 1 == size ? 0 : i + 1) {
      int seen = candidates.read(i);
      flags |= seen;
      double here = (Slot.load(seen) + 1) * candidates.perWeight(i);
      if (here < cost && (seen & kind.closed) == 0) {
        cost = here;
        chosen = i;
      }
    }
    return (flags & Slot.RAMPING) == 0 ? chosen : -1;
  }

  /** The best from {@code from} to before {@code to}, unless {@code best} is as good. */
  private int best(int from, int to, int best, Set<LiveBackend> without, Lease.Kind kind) {
    int chosen = best;
    long cost = best < 0 ? 0 : candidates.cost(best, candidates.read(best));
    long weight = best < 0 ? 0 : candidates.weight(best);
    for (int i = from; i < to; i++) {
      int seen = candidates.read(i);
      if ((seen & kind.closed) != 0) {
        continue;
      }
      long here = candidates.cost(i, seen);
      // here / weight of i < cost / weight, without the division.
      if ((chosen < 0 || here * weight < cost * candidates.weight(i))
          && !without.contains(candidates.get(i).live())) {
        chosen = i;
        cost = here;
        weight = candidates.weight(i);
      }
    }
    return chosen;
  }
}
