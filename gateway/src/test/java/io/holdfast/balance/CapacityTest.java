package io.holdfast.balance;

import static io.holdfast.balance.Services.backend;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.AffinityPolicy;
import io.holdfast.model.Backend;
import io.holdfast.model.Balance;
import io.holdfast.model.Capacity;
import io.holdfast.model.Capacity.WhenFull;
import io.holdfast.model.ClientKey;
import io.holdfast.model.CookieAffinity;
import io.holdfast.model.HandshakePacing;
import io.holdfast.model.HashAffinity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Backends that may have only so much, promises to them, and who waits for them. */
final class CapacityTest {
  private static final CookieAffinity COOKIE =
      CookieAffinity.of("C", Duration.ofHours(1), "0123456789abcdef");

  private final LiveBackends all = new LiveBackends();
  private Balancer balancer = of(WhenFull.NEXT, 2, 0, null);
  private final LiveBackend a = balancer.live().get(0);
  private final LiveBackend b = balancer.live().get(1);

  private Balancer of(
      WhenFull whenFull, int connections, int pending, @Nullable AffinityPolicy affinity) {
    return of(whenFull, connections, pending, affinity, backend("a", 1), backend("b", 1));
  }

  private Balancer of(
      WhenFull whenFull,
      int connections,
      int pending,
      @Nullable AffinityPolicy affinity,
      Backend... backends) {
    Duration second = Duration.ofSeconds(1);
    balancer =
        new Balancer(
            Services.service(
                "s",
                Balance.LEAST_CONNECTIONS,
                affinity,
                new Capacity(connections, pending, whenFull, second),
                second,
                backends),
            all,
            "secret");
    balancer.enforce();
    return balancer;
  }

  private Choice choose(@Nullable LiveBackend promised, Lease.Kind kind) {
    Long id = promised == null ? null : promised.id();
    return balancer.choose(new Wish(id, null, 0), Set.of(), kind);
  }

  private List<Lease> fill() {
    List<Lease> leases = new ArrayList<>();
    while (choose(null, Lease.Kind.RELAY) instanceof Lease lease) {
      leases.add(lease);
    }
    return leases;
  }

  @Test
  void nobodyIsGivenMoreThanItMayHave() {
    List<Lease> leases = fill();
    assertThat(leases).hasSize(4);
    assertThat(choose(null, Lease.Kind.EXCHANGE))
        .isEqualTo(new Choice.None(Choice.Reason.FULL, null));
    assertThat(balancer.hasOther(Wish.ANY, Set.of(), Lease.Kind.EXCHANGE)).isFalse();
    leases.getFirst().close();
    assertThat(choose(null, Lease.Kind.EXCHANGE)).isInstanceOf(Lease.class);
  }

  @Test
  void pendingHandshakesAreBoundedApart() {
    of(WhenFull.NEXT, 0, 1, null);
    Lease one = (Lease) choose(null, Lease.Kind.HANDSHAKE);
    Lease two = (Lease) choose(null, Lease.Kind.HANDSHAKE);
    assertThat(one.live()).isNotSameAs(two.live());
    assertThat(choose(null, Lease.Kind.HANDSHAKE))
        .isEqualTo(new Choice.None(Choice.Reason.FULL, null));
    one.become(Lease.Kind.RELAY);
    assertThat(((Lease) choose(null, Lease.Kind.HANDSHAKE)).live()).isSameAs(one.live());
  }

  @ParameterizedTest
  @EnumSource(
      value = Balance.class,
      names = {"ROUND_ROBIN", "RANDOM", "LEAST_CONNECTIONS", "POWER_OF_TWO"})
  void pendingHandshakesKeepNoHttpRequestOut(Balance algorithm) {
    Capacity one = new Capacity(0, 1, WhenFull.QUEUE, Duration.ofSeconds(1));
    Duration second = Duration.ofSeconds(1);
    balancer =
        new Balancer(
            Services.service("s", algorithm, null, one, second, backend("a", 1), backend("b", 2)),
            all,
            "secret");
    balancer.enforce();
    choose(null, Lease.Kind.HANDSHAKE);
    choose(null, Lease.Kind.HANDSHAKE);
    Choice.None busy = (Choice.None) choose(null, Lease.Kind.HANDSHAKE);
    List<Lease> given = new ArrayList<>();
    balancer.await(busy, Lease.Kind.HANDSHAKE, given::add);
    assertThat(balancer.hasOther(Wish.ANY, Set.of(), Lease.Kind.HANDSHAKE)).isFalse();
    for (int i = 0; i < 20; i++) {
      assertThat(choose(a, Lease.Kind.EXCHANGE)).isInstanceOf(Lease.class);
      assertThat(balancer.hasOther(Wish.ANY, Set.of(a), Lease.Kind.EXCHANGE)).isTrue();
      ((Lease) choose(null, Lease.Kind.EXCHANGE)).close();
    }
    assertThat(given).as("what is free then is no place for a handshake").isEmpty();
  }

  @Test
  void whoWaitsForAPlaceOfAHandshakeKeepsNoOneElseWaiting() {
    of(WhenFull.QUEUE, 2, 1, null);
    Lease shaking = (Lease) choose(a, Lease.Kind.HANDSHAKE);
    Lease exchange = (Lease) choose(a, Lease.Kind.EXCHANGE);
    List<String> given = new ArrayList<>();
    Choice.None full = (Choice.None) choose(a, Lease.Kind.HANDSHAKE);
    balancer.await(full, Lease.Kind.HANDSHAKE, _ -> given.add("handshake"));
    balancer.await(full, Lease.Kind.EXCHANGE, _ -> given.add("exchange"));
    balancer.await(full, Lease.Kind.EXCHANGE, _ -> given.add("exchange"));
    exchange.close();
    assertThat(given).as("past the first who waits").containsExactly("exchange");
    shaking.close();
    assertThat(given).containsExactly("exchange", "handshake");
  }

  @Test
  void whoWaitsForATurnIsNoPendingHandshake() {
    Duration minute = Duration.ofMinutes(1);
    HandshakePacing pacing = new HandshakePacing(0, 1, minute, minute, minute);
    balancer =
        new Balancer(
            Services.service(
                "s",
                Balance.LEAST_CONNECTIONS,
                null,
                new Capacity(0, 2, WhenFull.NEXT, minute),
                pacing,
                minute,
                backend("a", 1)),
            all,
            "secret");
    balancer.enforce();
    a.startSlowly(System.nanoTime());

    Lease[] places = new Lease[4];
    for (int i = 0; i < places.length; i++) {
      places[i] = (Lease) choose(null, Lease.Kind.HANDSHAKE);
      assertThat(balancer.turn(places[i]) > 0).as("handshake " + i).isEqualTo(i > 0);
    }
    assertThat(a.pending()).isEqualTo(1);
    assertThat(a.load()).isEqualTo(4);
    assertThat(a.expects()).isTrue();

    assertThat(places[0].begin()).as("it need not wait").isTrue();
    assertThat(places[1].begin()).isTrue();
    assertThat(places[2].begin()).as("never more than it may have").isFalse();
    places[0].become(Lease.Kind.RELAY);
    assertThat(places[2].begin()).isTrue();
    for (Lease place : places) {
      place.close();
    }
    assertThat(a.pending() + a.load()).isZero();
    assertThat(a.expects()).isFalse();
  }

  @Test
  void aTrialIsNotOverWhileItWaitsForItsTurn() {
    a.change(standing -> standing.withEjection(Standing.Ejected.TRIAL), "test");
    Lease trial = (Lease) choose(a, Lease.Kind.HANDSHAKE);
    trial.await();
    assertThat(((Lease) choose(a, Lease.Kind.HANDSHAKE)).live()).isSameAs(b);
    assertThat(trial.begin()).isTrue();
    assertThat(((Lease) choose(a, Lease.Kind.HANDSHAKE)).live()).isSameAs(b);
    trial.close();
    assertThat(((Lease) choose(a, Lease.Kind.HANDSHAKE)).live()).isSameAs(a);
  }

  @Test
  void aReloadChangesTheLimitsOfWhatIsThere() {
    fill();
    of(WhenFull.NEXT, 3, 0, null);
    assertThat(fill()).hasSize(2);
    of(WhenFull.NEXT, 1, 0, null);
    assertThat(choose(a, Lease.Kind.RELAY)).isEqualTo(new Choice.None(Choice.Reason.FULL, null));
    of(WhenFull.NEXT, 0, 0, null);
    assertThat(choose(a, Lease.Kind.RELAY)).isInstanceOf(Lease.class);
  }

  @ParameterizedTest
  @EnumSource(WhenFull.class)
  void whoWasPromisedAFullOne(WhenFull whenFull) {
    of(whenFull, 2, 0, null);
    choose(a, Lease.Kind.RELAY);
    choose(a, Lease.Kind.RELAY);
    Choice choice = choose(a, Lease.Kind.RELAY);
    if (whenFull == WhenFull.NEXT) {
      assertThat(((Lease) choice).live()).isSameAs(b);
    } else {
      assertThat(choice).isEqualTo(new Choice.None(Choice.Reason.FULL, a));
    }
    assertThat(((Lease) choose(null, Lease.Kind.RELAY)).live()).isSameAs(b);
  }

  @Test
  void limitsHoldHoweverManyTakeAtOnce() throws InterruptedException {
    of(WhenFull.NEXT, 50, 0, null);
    AtomicInteger most = new AtomicInteger();
    AtomicInteger held = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                List<Lease> mine = new ArrayList<>();
                for (int i = 0; i < 20_000; i++) {
                  if (i % 3 < 2 && choose(null, Lease.Kind.HANDSHAKE) instanceof Lease lease) {
                    most.accumulateAndGet(held.incrementAndGet(), Math::max);
                    lease.become(Lease.Kind.RELAY);
                    mine.add(lease);
                  } else if (!mine.isEmpty()) {
                    held.decrementAndGet();
                    mine.removeLast().close();
                  }
                }
                mine.forEach(lease -> {
                  held.decrementAndGet();
                  lease.close();
                });
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(most.get()).isBetween(90, 100);
    assertThat(a.load() + b.load()).isZero();
    assertThat(a.isOpen(Lease.Kind.HANDSHAKE) && b.isOpen(Lease.Kind.HANDSHAKE)).isTrue();
    assertThat(fill()).hasSize(100);
  }

  @Test
  void whoWaitsGetsPlacesInTurn() {
    of(WhenFull.QUEUE, 1, 0, null);
    List<Lease> leases = fill();
    List<String> got = new ArrayList<>();
    Choice.None full = (Choice.None) choose(null, Lease.Kind.HANDSHAKE);
    Waiting first = balancer.await(full, Lease.Kind.HANDSHAKE, lease -> got.add("first"));
    Waiting second = balancer.await(full, Lease.Kind.HANDSHAKE, lease -> got.add("second"));
    balancer.await(
        new Choice.None(Choice.Reason.FULL, b), Lease.Kind.HANDSHAKE, lease -> got.add("of b"));
    assertThat(second.leave()).isTrue();
    assertThat(second.leave()).isFalse();

    leases.stream().filter(lease -> lease.live() == a).forEach(Lease::close);
    assertThat(got).containsExactly("first");
    assertThat(first.leave()).isFalse();
    leases.forEach(Lease::close);
    assertThat(got).containsExactly("first", "of b");
    assertThat(a.load() + b.load()).isEqualTo(2);
    assertThat(all.room("s").size()).isZero();
  }

  @Test
  void whoWaitsGetsAPlaceOfABackendThatIsWellAgainOrMayHaveMore() {
    of(WhenFull.QUEUE, 1, 0, null);
    b.change(standing -> standing.withFailing(true), "test");
    fill();
    List<LiveBackend> got = new ArrayList<>();
    Choice.None full = (Choice.None) choose(null, Lease.Kind.RELAY);
    balancer.await(full, Lease.Kind.RELAY, lease -> got.add(lease.live()));
    balancer.await(full, Lease.Kind.RELAY, lease -> got.add(lease.live()));
    b.change(standing -> standing.withFailing(false), "test");
    assertThat(got).containsExactly(b);
    of(WhenFull.QUEUE, 2, 0, null);
    assertThat(got).hasSize(2);
  }

  @Test
  void whoWaitsForAnyoneGetsAPlaceOfABackendThatAReloadAdds() {
    of(WhenFull.QUEUE, 1, 0, null);
    fill();
    List<LiveBackend> got = new ArrayList<>();
    Choice.None full = (Choice.None) choose(null, Lease.Kind.RELAY);
    balancer.await(full, Lease.Kind.RELAY, lease -> got.add(lease.live()));
    balancer.await(
        new Choice.None(Choice.Reason.FULL, a), Lease.Kind.RELAY, lease -> got.add(lease.live()));
    of(WhenFull.QUEUE, 1, 0, null, backend("a", 1), backend("b", 1), backend("c", 1));
    assertThat(got).containsExactly(balancer.live().get(2));
  }

  @Test
  void whoWaitsForOneThatAReloadTakesAwayGetsAnyPlace() {
    of(WhenFull.QUEUE, 1, 0, null);
    List<Lease> leases = fill();
    List<LiveBackend> got = new ArrayList<>();
    balancer.await(
        new Choice.None(Choice.Reason.FULL, a), Lease.Kind.RELAY, lease -> got.add(lease.live()));
    of(WhenFull.QUEUE, 1, 0, null, backend("b", 1));
    leases.stream().filter(lease -> lease.live() == b).forEach(Lease::close);
    assertThat(got).containsExactly(b);
  }

  @Test
  void whoWaitsForAnyoneGetsNoPlaceOfOneThatAReloadTakesAway() {
    of(WhenFull.QUEUE, 1, 0, null);
    List<Lease> leases = fill();
    List<LiveBackend> got = new ArrayList<>();
    Choice.None full = (Choice.None) choose(null, Lease.Kind.RELAY);
    balancer.await(full, Lease.Kind.RELAY, lease -> got.add(lease.live()));
    of(WhenFull.QUEUE, 1, 0, null, backend("b", 1));
    leases.stream().filter(lease -> lease.live() == a).forEach(Lease::close);
    assertThat(got).isEmpty();
    leases.stream().filter(lease -> lease.live() == b).forEach(Lease::close);
    assertThat(got).containsExactly(b);
  }

  @Test
  void whoWaitsForAnyoneGetsNoPlaceOfOneThatDrains() {
    of(WhenFull.QUEUE, 1, 0, null);
    List<Lease> leases = fill();
    Choice.None full = (Choice.None) choose(null, Lease.Kind.RELAY);
    List<LiveBackend> got = new ArrayList<>();
    balancer.await(full, Lease.Kind.RELAY, lease -> got.add(lease.live()));
    balancer.await(
        new Choice.None(Choice.Reason.FULL, a), Lease.Kind.RELAY, lease -> got.add(lease.live()));
    a.change(standing -> standing.withOverride(Standing.Word.SOFT_DRAIN), "test");
    leases.stream().filter(lease -> lease.live() == a).forEach(Lease::close);
    assertThat(got).as("the one that was promised it").containsExactly(a);
    leases.forEach(Lease::close);
    assertThat(got).containsExactly(a, b);
  }

  @Test
  void nobodyWaitsForEverWhereManyComeAndGo() throws InterruptedException {
    of(WhenFull.QUEUE, 3, 0, null);
    AtomicInteger served = new AtomicInteger();
    ConcurrentLinkedQueue<Lease> given = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 10_000; i++) {
                  switch (choose(null, Lease.Kind.HANDSHAKE)) {
                    case Lease lease -> given.add(lease);
                    case Choice.None none -> {
                      balancer.await(none, Lease.Kind.HANDSHAKE, given::add);
                      if (choose(null, Lease.Kind.HANDSHAKE) instanceof Lease more) {
                        more.close();
                      }
                    }
                  }
                  Lease done = given.poll();
                  if (done != null) {
                    served.incrementAndGet();
                    done.close();
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (Lease left = given.poll(); left != null; left = given.poll()) {
      served.incrementAndGet();
      left.close();
    }
    assertThat(all.room("s").size()).isZero();
    assertThat(served.get()).isEqualTo(40_000);
  }

  @ParameterizedTest
  @CsvSource({"REBIND", "FAIL"})
  void aPromiseOfOneThatIsNotWell(AffinityPolicy.Unhealthy unhealthy) {
    of(WhenFull.NEXT, 0, 0, new AffinityPolicy(COOKIE, unhealthy));
    a.change(standing -> standing.withFailing(true), "test");
    Choice choice = choose(a, Lease.Kind.RELAY);
    boolean fails = unhealthy == AffinityPolicy.Unhealthy.FAIL;
    if (fails) {
      assertThat(choice).isEqualTo(new Choice.None(Choice.Reason.BROKEN_PROMISE, null));
    } else {
      assertThat(((Lease) choice).live()).isSameAs(b);
    }
    assertThat(balancer.hasOther(new Wish(a.id(), null, 0), Set.of(a), Lease.Kind.RELAY))
        .isEqualTo(!fails);
    assertThat(((Lease) choose(null, Lease.Kind.RELAY)).live()).isSameAs(b);

    a.change(standing -> standing.withOverride(Standing.Word.DRAIN), "test");
    assertThat(((Lease) choose(a, Lease.Kind.RELAY)).live()).as("it drains").isSameAs(b);
    Choice unknown = balancer.choose(new Wish(77L, null, 0), Set.of(), Lease.Kind.RELAY);
    assertThat(((Lease) unknown).live()).isSameAs(b);

    a.change(standing -> standing.withOverride(Standing.Word.NONE), "test");
    b.change(standing -> standing.withFailing(true), "test");
    assertThat(((Lease) choose(a, Lease.Kind.RELAY)).live()).as("in panic").isSameAs(a);
  }

  @ParameterizedTest
  @EnumSource(AffinityPolicy.Unhealthy.class)
  void aHashLeadsHomeAndElsewhereOnlyWhileItMust(AffinityPolicy.Unhealthy unhealthy) {
    of(WhenFull.NEXT, 0, 0, new AffinityPolicy(new HashAffinity(ClientKey.ADDRESS), unhealthy));
    Wish wish = new Wish(null, Wish.hash("somebody"), 0);
    LiveBackend home = ((Lease) balancer.choose(wish, Set.of(), Lease.Kind.RELAY)).live();
    for (int i = 0; i < 20; i++) {
      Choice again = balancer.choose(wish, Set.of(), Lease.Kind.RELAY);
      assertThat(((Lease) again).live()).isSameAs(home);
    }
    home.change(standing -> standing.withFailing(true), "test");
    Choice choice = balancer.choose(wish, Set.of(), Lease.Kind.RELAY);
    if (unhealthy == AffinityPolicy.Unhealthy.FAIL) {
      assertThat(choice).isEqualTo(new Choice.None(Choice.Reason.BROKEN_PROMISE, null));
    } else {
      assertThat(((Lease) choice).live()).isNotSameAs(home);
    }
    home.change(standing -> standing.withFailing(false), "test");
    assertThat(((Lease) balancer.choose(wish, Set.of(), Lease.Kind.RELAY)).live()).isSameAs(home);
  }
}
