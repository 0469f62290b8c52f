package io.holdfast.lifecycle;

import static io.holdfast.balance.Services.backend;
import static io.holdfast.balance.Services.service;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.Lease;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.LiveBackends;
import io.holdfast.balance.Services;
import io.holdfast.balance.Standing;
import io.holdfast.model.Balance;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a rebalancing takes from whom. */
final class RebalanceTest {
  private final Balancer balancer =
      new Balancer(
          service(
              "s", Balance.LEAST_CONNECTIONS, backend("a", 1), backend("b", 1), backend("c", 2)),
          new LiveBackends(),
          "secret");
  private final List<LiveBackend> live = balancer.live();

  private void relays(int backend, int count) {
    for (int i = 0; i < count; i++) {
      requireNonNull(Services.place(balancer, live.get(backend).id(), Set.of(), Lease.Kind.RELAY));
    }
  }

  private Map<LiveBackend, Integer> surplus(double tolerance) {
    return Rebalance.surplus(balancer.shares(), tolerance);
  }

  @Test
  void theFullestGivesWhatIsAboveItsDue() {
    relays(0, 60);
    relays(1, 20);
    assertThat(surplus(0.1)).containsExactly(Map.entry(live.get(0), 40));
  }

  @Test
  void nobodyGivesWithinTheTolerance() {
    relays(0, 21);
    relays(1, 19);
    relays(2, 40);
    assertThat(surplus(0.1)).isEmpty();
    assertThat(surplus(0)).as("one is never too many").isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"10, 10, 20", "1, 0, 0", "0, 0, 0", "7, 7, 15"})
  void whatIsEvenStays(int a, int b, int c) {
    relays(0, a);
    relays(1, b);
    relays(2, c);
    assertThat(surplus(0.1)).isEmpty();
  }

  @Test
  void whoTakesNoWorkNeitherGivesNorGets() {
    relays(0, 30);
    live.get(2).change(standing -> standing.withOverride(Standing.Word.DOWN), "test");
    assertThat(surplus(0.1)).containsExactly(Map.entry(live.get(0), 15));
  }

  @Test
  void afterItsMovesNobodyGivesAnyMore() {
    relays(0, 103);
    relays(1, 1);
    int given = requireNonNull(surplus(0.1).get(live.get(0)));
    int due = (int) Math.ceil(104 / 4.0);
    assertThat(103 - given).isEqualTo(due);
  }

  @Test
  void keysAreNotRebalanced() {
    Balancer hashed =
        new Balancer(
            service("h", Balance.CONSISTENT_HASH, backend("a", 1)), new LiveBackends(), "secret");
    assertThat(hashed.key() == null || hashed.shares().isEmpty()).isTrue();
  }
}
