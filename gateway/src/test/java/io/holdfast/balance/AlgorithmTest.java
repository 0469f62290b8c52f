package io.holdfast.balance;

import static io.holdfast.balance.Services.backend;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Backend;
import io.holdfast.model.Balance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AlgorithmTest {
  private static final Duration SLOW_START = Duration.ofSeconds(100);

  private final LiveBackends live = new LiveBackends();
  private final List<Candidate> candidates = new ArrayList<>();

  /** Makes backends a, b, c … of these weights. */
  private Algorithm of(Balance balance, int... weights) {
    for (int i = 0; i < weights.length; i++) {
      Backend backend = backend(String.valueOf((char) ('a' + i)), weights[i]);
      candidates.add(new Candidate(live.of("s", backend), backend));
    }
    return Algorithm.of(balance, new Candidates(takers(), SLOW_START));
  }

  private List<Candidate> takers() {
    return candidates.stream().filter(c -> c.weight() > 0).toList();
  }

  private LiveBackend backendOf(int index) {
    return candidates.get(index).live();
  }

  private static String choose(Algorithm algorithm, LiveBackend... without) {
    Candidate chosen =
        algorithm.choose(Set.of(without), Lease.Kind.RELAY, ThreadLocalRandom.current().nextLong());
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
    backendOf(index).places().take(kind);
    return new Lease(backendOf(index), candidates.get(index).backend(), kind, false);
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

  @ParameterizedTest
  @EnumSource(Balance.class)
  void whoTakesNoWorkIsPassedOver(Balance balance) {
    Algorithm algorithm = of(balance, 1, 1, 1);
    backendOf(1).slot().flag(Slot.BLOCKED, true);
    assertThat(counts(algorithm, 200)).containsOnlyKeys("a", "c");
    backendOf(0).slot().flag(Slot.BLOCKED, true);
    assertThat(counts(algorithm, 50)).containsOnlyKeys("c");
    backendOf(2).slot().flag(Slot.BLOCKED, true);
    assertThat(choose(algorithm)).isEqualTo("none");
    backendOf(1).slot().flag(Slot.BLOCKED, false);
    assertThat(counts(algorithm, 50)).containsOnlyKeys("b");
  }

  @ParameterizedTest
  @EnumSource(Balance.class)
  void whoIsFullIsPassedOver(Balance balance) {
    Algorithm algorithm = of(balance, 1, 1, 1);
    backendOf(1).slot().flag(Slot.FULL, true);
    assertThat(counts(algorithm, 200)).containsOnlyKeys("a", "c");
  }

  @Test
  void whatBackendsReportIsAddedToWhatWeSend() {
    Algorithm algorithm = of(Balance.LEAST_REPORTED, 1, 1);
    backendOf(0).correct(10);
    for (int i = 0; i < 10; i++) {
      assertThat(choose(algorithm)).isEqualTo("b");
      backendOf(1).places().take(Lease.Kind.RELAY);
    }
    backendOf(1).places().take(Lease.Kind.RELAY);
    assertThat(choose(algorithm)).isEqualTo("a");
    assertThat(backendOf(1).load()).isEqualTo(11);

    // It reports fewer than we know of, and those end.
    backendOf(1).correct(-5);
    assertThat(choose(algorithm)).isEqualTo("b");
    for (int i = 0; i < 11; i++) {
      backendOf(1).places().giveBack(Lease.Kind.RELAY);
    }
    assertThat(backendOf(1).load()).isZero();
    assertThat(choose(algorithm)).isEqualTo("b");

    backendOf(0).correct(0);
    backendOf(1).correct(Integer.MAX_VALUE);
    assertThat(choose(algorithm)).isEqualTo("a");
    backendOf(1).correct(Integer.MIN_VALUE);
    assertThat(backendOf(1).slot().has(Slot.BLOCKED)).isFalse();
    assertThat(choose(algorithm)).isEqualTo("b");
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
  void aSecondTryIsOutOfTurn() {
    Algorithm algorithm = of(Balance.ROUND_ROBIN, 1, 1);
    assertThat(choose(algorithm)).isEqualTo("a");
    assertThat(choose(algorithm, backendOf(0))).isEqualTo("b");
    assertThat(choose(algorithm)).isEqualTo("b");
    assertThat(choose(algorithm)).isEqualTo("a");
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

  @ParameterizedTest
  @EnumSource(names = {"LEAST_CONNECTIONS", "POWER_OF_TWO"})
  void whoHasJustComeGetsItsShareByAndBy(Balance balance) {
    Algorithm algorithm = of(balance, 1, 1);
    for (int i = 0; i < 1000; i++) {
      take(0, Lease.Kind.RELAY);
    }
    LiveBackend fresh = backendOf(1);

    fresh.startSlowly(System.nanoTime());
    fill(algorithm, 1000);
    assertThat(fresh.relays()).as("a tenth of the other's").isBetween(90, 250);

    fresh.startSlowly(System.nanoTime() - SLOW_START.dividedBy(2).toNanos());
    fill(algorithm, 1000);
    assertThat(fresh.relays()).as("half of the other's").isBetween(800, 1050);

    fresh.startSlowly(System.nanoTime() - SLOW_START.toNanos());
    fill(algorithm, 1000);
    assertThat(fresh.relays()).as("as many").isBetween(1600, 2010);
    assertThat(fresh.slot().has(Slot.RAMPING)).isFalse();
  }

  private void fill(Algorithm algorithm, int times) {
    for (int i = 0; i < times; i++) {
      take(choose(algorithm).charAt(0) - 'a', Lease.Kind.RELAY);
    }
  }

  @Test
  void theBetterOfTwoKeepsLoadsClose() {
    Algorithm algorithm = of(Balance.POWER_OF_TWO, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    fill(algorithm, 10_000);
    // By chance alone they would differ by some 100.
    assertThat(candidates).allMatch(c -> Math.abs(c.live().relays() - 1000) < 20);
  }
}
