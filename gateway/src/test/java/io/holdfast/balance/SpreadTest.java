package io.holdfast.balance;

import static io.holdfast.balance.Services.backend;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Backend;
import io.holdfast.model.Balance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How evenly each algorithm spreads 10,000 connections over 10 backends, when connections live for
 * random times (exponential): 60,000 come and go. Prints the table of docs/selection.md.
 */
final class SpreadTest {
  private static final int BACKENDS = 10;
  private static final int ALIVE = 10_000;
  private static final int CLIENTS = 5_000;
  private static final int COME = 6 * ALIVE;
  private static final int GATEWAYS = 4;

  private final Random random = new Random(1);

  private record Connection(double end, Lease lease) {}

  @ParameterizedTest
  @CsvSource({
    "ROUND_ROBIN, 1.25",
    "RANDOM, 1.3",
    "LEAST_CONNECTIONS, 1.01",
    "POWER_OF_TWO, 1.03",
    "IP_HASH, 1.4",
    "CONSISTENT_HASH, 1.4"
  })
  void theFullestAndTheEmptiest(Balance balance, double bound) {
    LiveBackends live = new LiveBackends();
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < BACKENDS; i++) {
      Backend backend = backend("10.0.0." + i, 1);
      candidates.add(new Candidate(live.of("s", backend), backend));
    }
    Algorithm algorithm = Algorithm.of(balance, new Candidates(candidates, Duration.ZERO));
    PriorityQueue<Connection> alive = new PriorityQueue<>((a, b) -> Double.compare(a.end, b.end));
    double now = 0;
    double fullest = 0;
    double emptiest = 0;
    for (int i = 0; i < COME; i++) {
      // Lifetimes have the mean 1.
      now += exponential() / ALIVE;
      while (!alive.isEmpty() && alive.peek().end <= now) {
        alive.remove().lease.close();
      }
      long key = Maglev.hash("client-" + random.nextInt(CLIENTS));
      Candidate chosen = requireNonNull(algorithm.choose(Set.of(), Lease.Kind.RELAY, key));
      chosen.live().places().take(Lease.Kind.RELAY);
      Lease lease = new Lease(chosen.live(), chosen.backend(), Lease.Kind.RELAY, false);
      alive.add(new Connection(now + exponential(), lease));
      if (i >= COME / 2) {
        fullest += candidates.stream().mapToInt(c -> c.live().relays()).max().orElseThrow();
        emptiest += candidates.stream().mapToInt(c -> c.live().relays()).min().orElseThrow();
      }
    }
    double samples = COME - COME / 2;
    System.out.printf(
        "| `%s` | %.0f | %.0f | %.3f |%n",
        balance.name().toLowerCase(Locale.ROOT),
        fullest / samples,
        emptiest / samples,
        fullest / emptiest);
    assertThat(fullest / emptiest).isBetween(1.0, bound);
  }

  /**
   * The same where four gateways share the backends, and 500 clients came to one of them by another
   * way; reports are as old as a twentieth of a lifetime at most.
   */
  @ParameterizedTest
  @EnumSource(names = {"LEAST_CONNECTIONS", "LEAST_REPORTED"})
  void theFullestAndTheEmptiestOfManyGateways(Balance balance) {
    List<List<Candidate>> gateways = new ArrayList<>();
    List<Algorithm> algorithms = new ArrayList<>();
    for (int g = 0; g < GATEWAYS; g++) {
      LiveBackends live = new LiveBackends();
      List<Candidate> candidates = new ArrayList<>();
      for (int i = 0; i < BACKENDS; i++) {
        Backend backend = backend("10.0.0." + i, 1);
        candidates.add(new Candidate(live.of("s", backend), backend));
      }
      gateways.add(candidates);
      algorithms.add(Algorithm.of(balance, new Candidates(candidates, Duration.ZERO)));
    }
    PriorityQueue<Connection> alive = new PriorityQueue<>((a, b) -> Double.compare(a.end, b.end));
    // Whoever comes by another way is counted by the backends alone.
    int[] others = new int[BACKENDS];
    others[0] = ALIVE / 20;
    double now = 0;
    double reported = 0;
    double fullest = 0;
    double emptiest = 0;
    for (int i = 0; i < COME; i++) {
      now += exponential() / ALIVE;
      while (!alive.isEmpty() && alive.peek().end <= now) {
        alive.remove().lease.close();
      }
      if (balance == Balance.LEAST_REPORTED && now - reported > 0.05) {
        reported = now;
        report(gateways, others);
      }
      int at = random.nextInt(GATEWAYS);
      Candidate chosen = requireNonNull(algorithms.get(at).choose(Set.of(), Lease.Kind.RELAY, 0));
      chosen.live().places().take(Lease.Kind.RELAY);
      Lease lease = new Lease(chosen.live(), chosen.backend(), Lease.Kind.RELAY, false);
      alive.add(new Connection(now + exponential(), lease));
      if (i >= COME / 2) {
        int[] all = totals(gateways, others);
        fullest += Arrays.stream(all).max().orElseThrow();
        emptiest += Arrays.stream(all).min().orElseThrow();
      }
    }
    double samples = COME - COME / 2;
    System.out.printf(
        "| `%s`, %d gateways | %.0f | %.0f | %.3f |%n",
        balance.name().toLowerCase(Locale.ROOT),
        GATEWAYS,
        fullest / samples,
        emptiest / samples,
        fullest / emptiest);
    if (balance == Balance.LEAST_REPORTED) {
      assertThat(fullest / emptiest).isBetween(1.0, 1.15);
    } else {
      assertThat(fullest / emptiest).as("own counts do not see the others").isGreaterThan(1.2);
    }
  }

  private static int[] totals(List<List<Candidate>> gateways, int[] others) {
    int[] all = others.clone();
    for (List<Candidate> candidates : gateways) {
      for (int i = 0; i < BACKENDS; i++) {
        all[i] += candidates.get(i).live().load();
      }
    }
    return all;
  }

  private static void report(List<List<Candidate>> gateways, int[] others) {
    int[] all = totals(gateways, others);
    for (List<Candidate> candidates : gateways) {
      for (int i = 0; i < BACKENDS; i++) {
        LiveBackend live = candidates.get(i).live();
        live.correct(all[i] - live.load());
      }
    }
  }

  private double exponential() {
    return -Math.log(1 - random.nextDouble());
  }
}
