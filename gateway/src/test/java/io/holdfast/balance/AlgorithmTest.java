package io.holdfast.balance;

import static io.holdfast.balance.Services.backend;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Backend;
import io.holdfast.model.Balance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AlgorithmTest {
  private final LiveBackends live = new LiveBackends();
  private final List<Candidate> candidates = new ArrayList<>();

  /** Makes backends a, b, c … of these weights. */
  private Algorithm of(Balance balance, int... weights) {
    for (int i = 0; i < weights.length; i++) {
      Backend backend = backend(String.valueOf((char) ('a' + i)), weights[i]);
      candidates.add(new Candidate(live.of("s", backend), backend));
    }
    return Algorithm.of(balance, candidates);
  }

  private LiveBackend backendOf(int index) {
    return candidates.get(index).live();
  }

  private static String choose(Algorithm algorithm, LiveBackend... without) {
    Candidate chosen = algorithm.choose(Set.of(without));
    return chosen == null ? "none" : chosen.backend().host();
  }

  private static Map<String, Integer> counts(Algorithm algorithm, int times) {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < times; i++) {
      counts.merge(choose(algorithm), 1, Integer::sum);
    }
    return counts;
  }

  private Lease take(int index, Lease.Kind kind) {
    return new Lease(backendOf(index), candidates.get(index).backend(), kind);
  }

  @ParameterizedTest
  @EnumSource(Balance.class)
  void aWeightOfZeroTakesNothing(Balance balance) {
    Algorithm algorithm = of(balance, 0, 1, 0);
    assertThat(counts(algorithm, 50)).containsOnlyKeys("b");
  }

  @ParameterizedTest
  @EnumSource(Balance.class)
  void whoWasTriedIsNotChosenAgain(Balance balance) {
    Algorithm algorithm = of(balance, 1, 100, 1);
    for (int i = 0; i < 50; i++) {
      assertThat(choose(algorithm, backendOf(1))).isIn("a", "c");
      assertThat(choose(algorithm, backendOf(1), backendOf(0))).isEqualTo("c");
    }
    assertThat(choose(algorithm, backendOf(0), backendOf(1), backendOf(2))).isEqualTo("none");
  }

  @ParameterizedTest
  @EnumSource(Balance.class)
  void nobodyIsChosenOfNobody(Balance balance) {
    assertThat(choose(of(balance, 0, 0))).isEqualTo("none");
  }

  @Test
  void roundRobinSpreadsTheHeavyOne() {
    Algorithm algorithm = of(Balance.ROUND_ROBIN, 5, 1, 1);
    assertThat(IntStream.range(0, 14).mapToObj(i -> choose(algorithm)))
        .containsExactly("a", "a", "b", "a", "c", "a", "a", "a", "a", "b", "a", "c", "a", "a");
  }

  @Test
  void roundRobinTakesTurnsAmongEquals() {
    Algorithm algorithm = of(Balance.ROUND_ROBIN, 1, 1, 1);
    assertThat(IntStream.range(0, 6).mapToObj(i -> choose(algorithm)))
        .containsExactly("a", "b", "c", "a", "b", "c");
  }

  @Test
  void roundRobinKeepsItsShareWhereManyChooseAtOnce() throws InterruptedException {
    Algorithm algorithm = of(Balance.ROUND_ROBIN, 3, 1);
    Map<String, Integer> all = new HashMap<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                Map<String, Integer> mine = counts(algorithm, 1_000);
                synchronized (all) {
                  mine.forEach((name, count) -> all.merge(name, count, Integer::sum));
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(all).containsExactlyInAnyOrderEntriesOf(Map.of("a", 3_000, "b", 1_000));
  }

  @Test
  void chanceKeepsToTheWeights() {
    Map<String, Integer> counts = counts(of(Balance.RANDOM, 1, 2, 7), 100_000);
    // Six standard deviations: fails by chance once in 500 million runs.
    assertThat(counts.get("a")).isBetween(10_000 - 570, 10_000 + 570);
    assertThat(counts.get("b")).isBetween(20_000 - 760, 20_000 + 760);
    assertThat(counts.get("c")).isBetween(70_000 - 870, 70_000 + 870);
  }

  @Test
  void leastConnectionsCountsWhateverGoesOn() {
    Algorithm algorithm = of(Balance.LEAST_CONNECTIONS, 1, 1, 1, 1);
    Lease pending = take(0, Lease.Kind.HANDSHAKE);
    Lease relay = take(1, Lease.Kind.RELAY);
    Lease exchange = take(2, Lease.Kind.EXCHANGE);
    assertThat(counts(algorithm, 50)).containsOnlyKeys("d");
    relay.close();
    assertThat(counts(algorithm, 100)).containsOnlyKeys("b", "d");
    pending.become(Lease.Kind.RELAY);
    assertThat(counts(algorithm, 100)).containsOnlyKeys("b", "d");
    exchange.close();
    assertThat(counts(algorithm, 200)).containsOnlyKeys("b", "c", "d");
  }

  @Test
  void leastConnectionsFillsByWeight() {
    Algorithm algorithm = of(Balance.LEAST_CONNECTIONS, 1, 3);
    for (int i = 0; i < 400; i++) {
      take(choose(algorithm).charAt(0) - 'a', Lease.Kind.RELAY);
    }
    assertThat(backendOf(0).relays()).isEqualTo(100);
    assertThat(backendOf(1).relays()).isEqualTo(300);
  }
}
