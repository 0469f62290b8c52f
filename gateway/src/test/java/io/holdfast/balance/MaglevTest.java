package io.holdfast.balance;

import static io.holdfast.balance.Services.backend;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Backend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MaglevTest {
  private static final int KEYS = 100_000;

  private static List<Backend> backends(int count) {
    return IntStream.range(0, count).mapToObj(i -> backend("10.0.0." + i, 1)).toList();
  }

  private static Candidates candidates(List<Backend> backends) {
    LiveBackends live = new LiveBackends();
    return new Candidates(
        backends.stream().map(b -> new Candidate(live.of("s", b), b)).toList(), Duration.ZERO);
  }

  private static Maglev of(List<Backend> backends) {
    return new Maglev(candidates(backends));
  }

  private static String choose(Maglev maglev, int key) {
    return requireNonNull(maglev.choose(Set.of(), Lease.Kind.RELAY, Maglev.hash("user-" + key)))
        .backend()
        .host();
  }

  private static Map<String, Integer> shares(Maglev maglev) {
    Map<String, Integer> shares = new HashMap<>();
    for (int key = 0; key < KEYS; key++) {
      shares.merge(choose(maglev, key), 1, Integer::sum);
    }
    return shares;
  }

  private static double moved(Maglev before, Maglev after) {
    int moved = 0;
    for (int key = 0; key < KEYS; key++) {
      if (!choose(before, key).equals(choose(after, key))) {
        moved++;
      }
    }
    return (double) moved / KEYS;
  }

  @Test
  void theHashIsTheSameInEveryProcess() {
    assertThat(Maglev.hash("user-1")).isEqualTo(3512609801986342679L);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 10, 100, 1000})
  void goingMovesItsOwnKeysAndFewOthers(int count) {
    List<Backend> all = backends(count);
    List<Backend> fewer = new ArrayList<>(all);
    fewer.remove(count / 2);

    double moved = moved(of(all), of(fewer));

    System.out.printf(
        "Maglev: without one of %d backends %.2f %% of the keys move, of %.2f %%%n",
        count, 100 * moved, 100.0 / count);
    assertThat(moved).isBetween(0.5 / count, 1.0 / count + 0.03);
  }

  @Test
  void theOrderInTheFileDoesNotMatter() {
    List<Backend> all = new ArrayList<>(backends(50));
    Maglev one = of(all);
    Collections.shuffle(all, new Random(1));

    assertThat(moved(one, of(all))).isZero();
  }

  @Test
  void aChangedWeightMovesNoMoreThanItMust() {
    List<Backend> heavier = new ArrayList<>(backends(10));
    heavier.set(3, backend("10.0.0.3", 2));

    // From a tenth to two elevenths.
    assertThat(moved(of(backends(10)), of(heavier))).isBetween(0.07, 0.13);
  }

  @Test
  void sharesAreEven() {
    assertThat(shares(of(backends(10))).values())
        .hasSize(10)
        .allMatch(share -> Math.abs(share - KEYS / 10) < KEYS / 10 * 0.05);
  }

  @Test
  void sharesFollowTheWeights() {
    Map<String, Integer> shares =
        shares(of(List.of(backend("a", 1), backend("b", 2), backend("c", 7))));

    assertThat(shares.get("a")).isBetween(9_500, 10_500);
    assertThat(shares.get("b")).isBetween(19_500, 20_500);
    assertThat(shares.get("c")).isBetween(69_500, 70_500);
  }

  @Test
  void onlyTheKeysOfOneThatTakesNoWorkMoveAndTheyComeBack() {
    Candidates candidates = candidates(backends(10));
    Maglev maglev = new Maglev(candidates);
    List<String> before = IntStream.range(0, KEYS).mapToObj(key -> choose(maglev, key)).toList();
    Map<String, Integer> taken = new HashMap<>();

    candidates.get(4).live().slot().flag(Slot.BLOCKED, true);
    for (int key = 0; key < KEYS; key++) {
      String now = choose(maglev, key);
      if (before.get(key).equals("10.0.0.4")) {
        taken.merge(now, 1, Integer::sum);
      } else {
        assertThat(now).isEqualTo(before.get(key));
      }
    }
    assertThat(taken).hasSize(9).doesNotContainKey("10.0.0.4");
    assertThat(taken.values()).allMatch(keys -> keys > 900);

    candidates.get(4).live().slot().flag(Slot.BLOCKED, false);
    assertThat(IntStream.range(0, KEYS).mapToObj(key -> choose(maglev, key))).isEqualTo(before);
  }

  @Test
  void theLastOneOfManyIsFound() {
    Candidates candidates = candidates(backends(1000));
    Maglev maglev = new Maglev(candidates);
    for (int i = 0; i < 1000; i++) {
      candidates.get(i).live().slot().flag(Slot.BLOCKED, i != 777);
    }

    assertThat(IntStream.range(0, 100).mapToObj(key -> choose(maglev, key)))
        .containsOnly("10.0.0.777");
  }
}
