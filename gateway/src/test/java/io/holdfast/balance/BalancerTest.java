package io.holdfast.balance;

import static io.holdfast.balance.Services.backend;
import static io.holdfast.balance.Services.service;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Backend;
import io.holdfast.model.Balance;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BalancerTest {
  private final LiveBackends all = new LiveBackends();
  private final Balancer balancer =
      new Balancer(
          service("s", Balance.ROUND_ROBIN, backend("a", 1), backend("b", 0), backend("c", 1)),
          all,
          "secret");
  private final List<LiveBackend> live = balancer.live();

  @Test
  void aPromiseIsKept() {
    for (int i = 0; i < 3; i++) {
      Lease lease =
          requireNonNull(
              Services.place(balancer, live.get(2).id(), Set.of(), Lease.Kind.HANDSHAKE));
      assertThat(lease.live()).isSameAs(live.get(2));
    }
  }

  @Test
  void aPromisedBackendThatTakesNothingNewTakesItsOldClients() {
    Lease lease =
        requireNonNull(Services.place(balancer, live.get(1).id(), Set.of(), Lease.Kind.HANDSHAKE));
    assertThat(lease.live()).isSameAs(live.get(1));
  }

  @Test
  void aPromiseOfOneThatWasTriedOrIsUnknownIsANewChoice() {
    Lease tried =
        requireNonNull(
            Services.place(balancer, live.get(0).id(), Set.of(live.get(0)), Lease.Kind.HANDSHAKE));
    assertThat(tried.live()).isSameAs(live.get(2));
    assertThat(Services.place(balancer, 12345L, Set.of(), Lease.Kind.HANDSHAKE)).isNotNull();
  }

  @Test
  void othersAreThoseThatTakeWork() {
    assertThat(balancer.hasOther(Wish.ANY, Set.of(live.get(0)), Lease.Kind.RELAY)).isTrue();
    assertThat(balancer.hasOther(Wish.ANY, Set.of(live.get(0), live.get(2)), Lease.Kind.RELAY))
        .isFalse();
    assertThat(
            Services.place(balancer, null, Set.of(live.get(0), live.get(2)), Lease.Kind.EXCHANGE))
        .isNull();
  }

  @Test
  void countsOutliveTheConfiguration() {
    Lease lease = requireNonNull(Services.place(balancer, null, Set.of(), Lease.Kind.RELAY));
    Backend heavier = new Backend(false, "a", 8000, "", 7, "blue");
    Balancer next = new Balancer(service("s", Balance.RANDOM, heavier), all, "secret");
    assertThat(next.live().get(0)).isSameAs(lease.live());
    assertThat(next.live().get(0).relays()).isEqualTo(1);
    assertThat(all.of("other", heavier)).isNotSameAs(lease.live());
  }

  @Test
  void whoJoinsLaterStartsSlowly() {
    assertThat(live).noneMatch(b -> b.slot().has(Slot.RAMPING));

    Balancer next =
        new Balancer(
            service("s", Balance.LEAST_CONNECTIONS, backend("a", 1), backend("d", 1)),
            all,
            "secret");
    next.startSlowly(balancer);

    assertThat(next.live().get(0).slot().has(Slot.RAMPING)).isFalse();
    assertThat(next.live().get(1).slot().has(Slot.RAMPING)).isTrue();
  }

  @Test
  void aPlaceIsGivenBackOnce() {
    Lease lease = requireNonNull(Services.place(balancer, null, Set.of(), Lease.Kind.HANDSHAKE));
    LiveBackend backend = lease.live();
    assertThat(backend.pending()).isEqualTo(1);
    lease.become(Lease.Kind.RELAY);
    assertThat(backend.pending()).isZero();
    assertThat(backend.relays()).isEqualTo(1);
    lease.close();
    lease.close();
    lease.become(Lease.Kind.EXCHANGE);
    assertThat(backend.load()).isZero();
  }

  @Test
  void countsAreRightWhereManyTakeAndGiveAtOnce() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int n = 0; n < 5_000; n++) {
                  Lease lease =
                      requireNonNull(
                          Services.place(balancer, null, Set.of(), Lease.Kind.HANDSHAKE));
                  lease.become(Lease.Kind.RELAY);
                  if (n % 10 > 0) {
                    lease.close();
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(live.get(0).relays() + live.get(2).relays()).isEqualTo(4 * 500);
    assertThat(live).allMatch(b -> b.pending() == 0 && b.load() == b.relays());
  }
}
