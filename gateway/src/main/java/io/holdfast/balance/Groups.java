package io.holdfast.balance;

import io.holdfast.model.BalancePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A group first, by its share of the traffic, then one of its backends. A group none of whose
 * backends takes work gives its share to the others.
 */
final class Groups implements Algorithm {
  /** Draws before all groups are asked in turn. */
  private static final int DRAWS = 16;

  private record Group(int share, Algorithm algorithm) {}

  private final List<Group> groups = new ArrayList<>();
  private final boolean byKey;
  private final long total;

  /** Of candidates whose groups all have a share. */
  Groups(BalancePolicy policy, List<Candidate> candidates) {
    byKey = policy.key() != null;
    total = policy.groups().values().stream().mapToLong(Integer::longValue).sum();
    // Sorted, so that a key leads to the same group on every gateway.
    new TreeMap<>(policy.groups())
        .forEach((name, share) -> {
          List<Candidate> members =
              candidates.stream().filter(c -> name.equals(c.backend().group())).toList();
          Candidates group = new Candidates(members, policy.slowStart());
          groups.add(new Group(share, Algorithm.of(policy.algorithm(), group)));
        });
  }

  @Override
  public @Nullable Candidate choose(Set<LiveBackend> without, Lease.Kind kind, long key) {
    if (total == 0) {
      return null;
    }
    // A key stays in its group as long as the shares do, whatever becomes of other groups.
    long draw = byKey ? Long.reverse(key) : ThreadLocalRandom.current().nextLong();
    for (int i = 0; i < DRAWS; i++) {
      Candidate chosen =
          at(Long.remainderUnsigned(draw, total)).algorithm.choose(without, kind, key);
      if (chosen != null) {
        return chosen;
      }
      draw = Maglev.mix(draw);
    }
    for (Group group : groups) {
      Candidate chosen = group.algorithm.choose(without, kind, key);
      if (chosen != null) {
        return chosen;
      }
    }
    return null;
  }

  @Override
  public @Nullable Candidate home(long key) {
    return total == 0
        ? null
        : at(Long.remainderUnsigned(Long.reverse(key), total)).algorithm.home(key);
  }

  private Group at(long part) {
    long left = part;
    for (Group group : groups) {
      left -= group.share;
      if (left < 0) {
        return group;
      }
    }
    throw new IllegalStateException("a part beyond all shares");
  }
}
