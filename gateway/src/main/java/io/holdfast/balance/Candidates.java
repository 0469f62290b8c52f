package io.holdfast.balance;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Those of a service, or of one of its groups, that new clients may go to: in arrays, so that
 * looking at all of them is cheap. All weigh more than 0. Thread-safe.
 */
final class Candidates {
  /** Draws by chance before all are looked at: enough unless most take nothing. */
  private static final int DRAWS = 8;

  /** The least share of a backend whose slow start has just begun. */
  private static final double FIRST_SHARE = 0.1;

  /** Loads are compared in parts of this size, so that shares of a slow start count. */
  private static final int PARTS = 1024;

  private final Candidate[] all;
  private final int[][] arrays;
  private final int[] indexes;
  private final int[] weights;

  /** One over each weight: to multiply takes less time than to divide. */
  private final double[] perWeight;

  /** The sum of the weights up to and with each. */
  private final long[] sums;

  private final long slowStart;

  /** Whether all weigh the same, which spares comparing loads by weight. */
  private final boolean even;

  /**
   * Of these, in this order.
   *
   * @param slowStart how long a new one takes to get its whole share
   */
  Candidates(List<Candidate> candidates, Duration slowStart) {
    this.all = candidates.toArray(Candidate[]::new);
    this.slowStart = slowStart.toNanos();
    arrays = new int[all.length][];
    indexes = new int[all.length];
    weights = new int[all.length];
    perWeight = new double[all.length];
    sums = new long[all.length];
    long sum = 0;
    for (int i = 0; i < all.length; i++) {
      arrays[i] = all[i].live().slot().array();
      indexes[i] = all[i].live().slot().index();
      weights[i] = all[i].weight();
      perWeight[i] = 1.0 / weights[i];
      sum += weights[i];
      sums[i] = sum;
    }
    even = Arrays.stream(weights).distinct().count() <= 1;
  }

  boolean even() {
    return even;
  }

  int size() {
    return all.length;
  }

  Candidate get(int index) {
    return all[index];
  }

  int weight(int index) {
    return weights[index];
  }

  /** One over the weight. */
  double perWeight(int index) {
    return perWeight[index];
  }

  /** Load and flags of one: see {@link Slot}. */
  int read(int index) {
    return Slot.read(arrays[index], indexes[index]);
  }

  /** Whether one has a place of this kind and is not in {@code without}. */
  boolean isOpen(int index, Set<LiveBackend> without, Lease.Kind kind) {
    return (read(index) & kind.closed) == 0 && !without.contains(all[index].live());
  }

  /**
   * What a place at one would cost: its load with that place. To be compared per weight.
   *
   * @param loadAndFlags what {@link #read} has answered
   */
  long cost(int index, int loadAndFlags) {
    long load = (Slot.load(loadAndFlags) + 1L) * PARTS;
    return (loadAndFlags & Slot.RAMPING) == 0 ? load : (long) (load / share(index));
  }

  /** How much of its share a backend gets that has just come. */
  private double share(int index) {
    LiveBackend live = all[index].live();
    long passed = System.nanoTime() - live.rampSince();
    if (passed >= slowStart) {
      live.slot().flag(Slot.RAMPING, false);
      return 1;
    }
    return Math.max(FIRST_SHARE, (double) passed / slowStart);
  }

  /** By chance, in proportion to weight; -1 when none is open. */
  int draw(Set<LiveBackend> without, Lease.Kind kind) {
    if (all.length == 0) {
      return -1;
    }
    ThreadLocalRandom chance = ThreadLocalRandom.current();
    for (int i = 0; i < DRAWS; i++) {
      int drawn = at(chance.nextLong(sums[all.length - 1]));
      if (isOpen(drawn, without, kind)) {
        return drawn;
      }
    }
    int chosen = -1;
    long total = 0;
    for (int i = 0; i < all.length; i++) {
      if (isOpen(i, without, kind)) {
        total += weights[i];
        // Each newcomer takes the place with its share of the weights so far.
        if (chance.nextLong(total) < weights[i]) {
          chosen = i;
        }
      }
    }
    return chosen;
  }

  /** Whose part of the sum of all weights this is. */
  private int at(long part) {
    int low = 0;
    int high = all.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (part < sums[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The one at {@code index}; null for -1. */
  @Nullable Candidate orNull(int index) {
    return index < 0 ? null : all[index];
  }
}
