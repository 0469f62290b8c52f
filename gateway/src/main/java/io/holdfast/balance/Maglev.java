package io.holdfast.balance;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The same key leads to the same backend, on every gateway with the same set, whatever order it is
 * written in. A table says who answers which hash; each backend fills places in an order of its
 * own, by turns, more often the more it weighs. When one of n goes, about 1/n of the keys move, and
 * a few more. From "Maglev: A Fast and Reliable Software Network Load Balancer" (NSDI 2016, section
 * 3.4).
 *
 * <p>The table is that of the configured backends. A key whose backend takes nothing now is hashed
 * again until one does, so that nobody else's key moves, and its own comes back.
 */
final class Maglev implements Algorithm {
  static final int SMALL = 65_537;
  static final int LARGE = 655_373;

  /** Places per backend from which on shares are even to about a percent. */
  private static final int PLACES = 100;

  /** Hashes that are tried before all are looked at. */
  private static final int REHASHES = 32;

  private static final Hasher64 HASH = Hashing.xxh3_64();

  private final Candidates candidates;
  private final int[] table;

  Maglev(Candidates candidates) {
    this.candidates = candidates;
    table = candidates.size() == 0 ? new int[0] : fill(candidates);
  }

  /** The hash of a client's key, the same in every process. */
  static long hash(String key) {
    return HASH.hashCharsToLong(key);
  }

  private static int[] fill(Candidates candidates) {
    int count = candidates.size();
    int size = count * PLACES <= SMALL ? SMALL : LARGE;
    // Whoever comes first in a turn has the better choice, so the order must be everybody's.
    int[] order =
        IntStream.range(0, count)
            .boxed()
            .sorted(Comparator.comparing(i -> candidates.get(i).backend().address()))
            .mapToInt(Integer::intValue)
            .toArray();
    long[] place = new long[count];
    long[] step = new long[count];
    long heaviest = 0;
    for (int i = 0; i < count; i++) {
      long hash = hash(candidates.get(i).backend().address());
      place[i] = Long.remainderUnsigned(hash, size);
      step[i] = 1 + Long.remainderUnsigned(mix(hash), size - 1L);
      heaviest = Math.max(heaviest, candidates.weight(i));
    }
    int[] table = new int[size];
    Arrays.fill(table, -1);
    long[] turns = new long[count];
    int filled = 0;
    while (true) {
      for (int i : order) {
        turns[i] += candidates.weight(i);
        if (turns[i] < heaviest) {
          continue;
        }
        turns[i] -= heaviest;
        while (table[(int) place[i]] >= 0) {
          place[i] = (place[i] + step[i]) % size;
        }
        table[(int) place[i]] = i;
        if (++filled == size) {
          return table;
        }
      }
    }
  }

  @Override
  public @Nullable Candidate home(long key) {
    return table.length == 0
        ? null
        : candidates.get(table[(int) Long.remainderUnsigned(key, table.length)]);
  }

  @Override
  public @Nullable Candidate choose(Set<LiveBackend> without, Lease.Kind kind, long key) {
    if (table.length == 0) {
      return null;
    }
    long hash = key;
    for (int i = 0; i < REHASHES; i++) {
      int here = table[(int) Long.remainderUnsigned(hash, table.length)];
      if (candidates.isOpen(here, without, kind)) {
        return candidates.get(here);
      }
      hash = mix(hash);
    }
    // Hardly any is left.
    int start = (int) Long.remainderUnsigned(hash, candidates.size());
    for (int i = 0; i < candidates.size(); i++) {
      int here = (start + i) % candidates.size();
      if (candidates.isOpen(here, without, kind)) {
        return candidates.get(here);
      }
    }
    return null;
  }

  /** Another hash of a hash: the last steps of MurmurHash3, behind an odd number that is added. */
  static long mix(long hash) {
    long h = hash + 0x9E3779B97F4A7C15L;
    h = (h ^ (h >>> 33)) * 0xFF51AFD7ED558CCDL;
    h = (h ^ (h >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return h ^ (h >>> 33);
  }
}
