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
  private record Group(int share, Candidates candidates, Algorithm algorithm) {}

  private final List<Group> groups = new ArrayList<>();
  private final boolean byKey;

  /** Of candidates whose groups all have a share. */
  Groups(BalancePolicy policy, List<Candidate> candidates) {
    byKey = policy.key() != null;
    // Sorted, so that a key leads to the same group on every gateway.
    new TreeMap<>(policy.groups())
        .forEach((name, share) -> {
          List<Candidate> members =
              candidates.stream().filter(c -> name.equals(c.backend().group())).toList();
          Candidates group = new Candidates(members, policy.slowStart());
          groups.add(new Group(share, group, Algorithm.of(policy.algorithm(), group)));
        });
  }

  @Override
  public @Nullable Candidate choose(Set<LiveBackend> without, long key) {
    long total = 0;
    for (Group group : groups) {
      total += group.candidates.anyOpen(without) ? group.share : 0;
    }
    if (total == 0) {
      return null;
    }
    // A key stays in its group as long as the shares do.
    long part =
        byKey
            ? Long.remainderUnsigned(Long.reverse(key), total)
            : ThreadLocalRandom.current().nextLong(total);
    for (Group group : groups) {
      if (group.candidates.anyOpen(without)) {
        part -= group.share;
        if (part < 0) {
          return group.algorithm.choose(without, key);
        }
      }
    }
    return null; // the last one closed meanwhile
  }
}
