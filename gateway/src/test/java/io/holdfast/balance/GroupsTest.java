package io.holdfast.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Backend;
import io.holdfast.model.Balance;
import io.holdfast.model.BalancePolicy;
import io.holdfast.model.ClientKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class GroupsTest {
  private static final int TIMES = 100_000;

  private final LiveBackends live = new LiveBackends();
  private final List<Candidate> candidates =
      List.of(
          candidate("blue-1", "blue", 1),
          candidate("blue-2", "blue", 3),
          candidate("green-1", "green", 1000));

  private Candidate candidate(String host, String group, int weight) {
    Backend backend = new Backend(false, host, 8000, "", weight, group);
    return new Candidate(live.of("s", backend), backend);
  }

  private Groups of(Balance balance, @Nullable ClientKey key, int blue, int green) {
    return new Groups(
        new BalancePolicy(balance, key, Duration.ZERO, null, Map.of("blue", blue, "green", green)),
        candidates);
  }

  private static Map<String, Integer> counts(Groups groups) {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < TIMES; i++) {
      Candidate chosen =
          groups.choose(Set.of(), Lease.Kind.RELAY, ThreadLocalRandom.current().nextLong());
      counts.merge(chosen == null ? "none" : chosen.backend().host(), 1, Integer::sum);
    }
    return counts;
  }

  @Test
  void sharesGoByGroupAndWeightsWithinIt() {
    Map<String, Integer> counts = counts(of(Balance.RANDOM, null, 80, 20));

    // Six standard deviations.
    assertThat(counts.get("green-1")).isBetween(20_000 - 760, 20_000 + 760);
    assertThat(counts.get("blue-1")).isBetween(20_000 - 760, 20_000 + 760);
    assertThat(counts.get("blue-2")).isBetween(60_000 - 930, 60_000 + 930);
  }

  @Test
  void aGroupThatTakesNoWorkGivesItsShareToTheOthers() {
    Groups groups = of(Balance.LEAST_CONNECTIONS, null, 99, 1);
    candidates.get(0).live().slot().flag(Slot.BLOCKED, true);
    candidates.get(1).live().slot().flag(Slot.BLOCKED, true);

    assertThat(counts(groups)).containsOnlyKeys("green-1");

    candidates.get(2).live().slot().flag(Slot.BLOCKED, true);
    assertThat(counts(groups)).containsOnlyKeys("none");
  }

  @Test
  void keysOfOtherGroupsStayWhenOneIsClosed() {
    List<Candidate> three =
        List.of(candidate("x", "x", 1), candidate("y", "y", 1), candidate("z", "z", 1));
    Groups groups =
        new Groups(
            new BalancePolicy(
                Balance.CONSISTENT_HASH,
                ClientKey.ADDRESS,
                Duration.ZERO,
                null,
                Map.of("x", 1, "y", 1, "z", 1)),
            three);
    List<Candidate> before = new ArrayList<>();
    for (int key = 0; key < 1000; key++) {
      before.add(groups.choose(Set.of(), Lease.Kind.RELAY, Maglev.hash("user-" + key)));
    }
    three.get(2).live().slot().flag(Slot.BLOCKED, true);
    for (int key = 0; key < 1000; key++) {
      Candidate now = groups.choose(Set.of(), Lease.Kind.RELAY, Maglev.hash("user-" + key));
      if (!before.get(key).equals(three.get(2))) {
        assertThat(now).isSameAs(before.get(key));
      } else {
        assertThat(now).isIn(three.get(0), three.get(1));
      }
    }
  }

  @Test
  void aKeyStaysInItsGroup() {
    Groups groups = of(Balance.CONSISTENT_HASH, ClientKey.ADDRESS, 50, 50);
    Map<String, Integer> counts = new HashMap<>();
    for (int key = 0; key < 1000; key++) {
      long hash = Maglev.hash("user-" + key);
      Candidate first = groups.choose(Set.of(), Lease.Kind.RELAY, hash);
      assertThat(groups.choose(Set.of(), Lease.Kind.RELAY, hash)).isSameAs(first);
      counts.merge(first == null ? "none" : first.backend().host(), 1, Integer::sum);
    }
    assertThat(counts.get("green-1")).isBetween(400, 600);
    assertThat(counts).containsOnlyKeys("blue-1", "blue-2", "green-1");
  }

  @Test
  void aKeysHomeIsWhereItIsWhileAllAreThere() {
    Groups groups = of(Balance.CONSISTENT_HASH, ClientKey.ADDRESS, 90, 10);
    for (int key = 0; key < 500; key++) {
      long hash = Maglev.hash("user-" + key);
      assertThat(groups.home(hash)).isSameAs(groups.choose(Set.of(), Lease.Kind.RELAY, hash));
    }
  }
}
