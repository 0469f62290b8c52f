package io.holdfast.balance;

import static io.holdfast.balance.Services.backend;
import static io.holdfast.balance.Services.service;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.balance.Standing.Ejected;
import io.holdfast.balance.Standing.Word;
import io.holdfast.model.Balance;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a backend, and what it gets then. */
final class StandingTest {
  private final LiveBackends all = new LiveBackends();
  private final List<String> heard = new ArrayList<>();
  private final Balancer balancer =
      new Balancer(
          service("s", Balance.ROUND_ROBIN, backend("a", 1), backend("b", 1)), all, "secret");
  private final LiveBackend a = balancer.live().get(0);
  private final LiveBackend b = balancer.live().get(1);

  private @Nullable LiveBackend choose(@Nullable LiveBackend promised) {
    Lease lease =
        Services.place(
            balancer, promised == null ? null : promised.id(), Set.of(), Lease.Kind.HANDSHAKE);
    return lease == null ? null : lease.live();
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, false, NO, UP",
    "NONE, true, NO, DOWN",
    "NONE, false, YES, EJECTED",
    "NONE, false, TRIAL, TRIAL",
    "NONE, true, TRIAL, DOWN",
    "UP, true, YES, UP",
    "DOWN, false, NO, DOWN",
    "DRAIN, true, YES, DRAINING",
    "SOFT_DRAIN, false, NO, DRAINING",
  })
  void anOperatorsWordBeatsProbesAndTheyBeatEjection(
      Word word, boolean failing, Ejected ejected, State state) {
    assertThat(new Standing(word, failing, ejected).state()).isEqualTo(state);
  }

  @Test
  void changesOfStateAreToldAndOthersAreNot() {
    all.listen((backend, from, to, why) ->
        heard.add(backend.address() + " " + from + " " + to + " " + why));

    a.change(standing -> standing.withFailing(true), "one");
    a.change(standing -> standing.withEjection(Ejected.YES), "two");
    a.change(standing -> standing.withFailing(false), "three");
    a.change(standing -> standing.withOverride(Word.UP), "four");

    assertThat(heard)
        .containsExactly(
            "ws://a:8000 UP DOWN one",
            "ws://a:8000 DOWN EJECTED three",
            "ws://a:8000 EJECTED UP four");
  }

  @Test
  void whoIsNotUpGetsNobodyNewNotEvenThoseItWasPromised() {
    a.change(standing -> standing.withFailing(true), "test");
    assertThat(choose(a)).isSameAs(b);
    assertThat(choose(null)).isSameAs(b);
    assertThat(balancer.hasOther(Wish.ANY, Set.of(b), Lease.Kind.RELAY))
        .as("no panic while one is up")
        .isFalse();
    assertThat(Services.place(balancer, null, Set.of(b), Lease.Kind.HANDSHAKE)).isNull();
  }

  @Test
  void aSoftDrainKeepsItsPromises() {
    a.change(standing -> standing.withOverride(Word.SOFT_DRAIN), "test");
    assertThat(choose(a)).isSameAs(a);
    assertThat(choose(null)).isSameAs(b);
    a.change(standing -> standing.withOverride(Word.DRAIN), "test");
    assertThat(choose(a)).isSameAs(b);
  }

  @Test
  void inATrialOneClientAtATimeTries() {
    a.change(standing -> standing.withEjection(Ejected.TRIAL), "test");
    Lease trial = requireNonNull(Services.place(balancer, a.id(), Set.of(), Lease.Kind.HANDSHAKE));
    assertThat(trial.live()).isSameAs(a);
    for (int i = 0; i < 10; i++) {
      assertThat(choose(null)).isSameAs(b);
      assertThat(choose(a)).isSameAs(b);
    }
    trial.close();
    assertThat(choose(a)).isSameAs(a);
  }

  @Test
  void whatOneInTrialDoesNotTakeIsSharedByAllOthers() {
    Balancer three =
        new Balancer(
            service("s", Balance.ROUND_ROBIN, backend("a", 1), backend("b", 1), backend("c", 1)),
            all,
            "secret");
    b.change(standing -> standing.withEjection(Ejected.TRIAL), "test");
    requireNonNull(Services.place(three, b.id(), Set.of(), Lease.Kind.HANDSHAKE));
    for (int i = 0; i < 120; i++) {
      requireNonNull(Services.place(three, null, Set.of(), Lease.Kind.RELAY));
    }
    assertThat(three.live()).extracting(LiveBackend::relays).containsExactly(60, 0, 60);
  }

  @Test
  void aTrialIsOverWithItsClientsHandshake() {
    a.change(standing -> standing.withEjection(Ejected.TRIAL), "test");
    Lease trial = requireNonNull(Services.place(balancer, a.id(), Set.of(), Lease.Kind.HANDSHAKE));
    trial.become(Lease.Kind.RELAY);
    Lease next = requireNonNull(Services.place(balancer, a.id(), Set.of(), Lease.Kind.HANDSHAKE));
    assertThat(next.live()).isSameAs(a);
    trial.close();
    assertThat(choose(a)).as("the old one gives no place back").isSameAs(b);
  }

  @Test
  void inPanicPromisesAreKept() {
    a.change(standing -> standing.withFailing(true), "test");
    b.change(standing -> standing.withFailing(true), "test");
    for (int i = 0; i < 20; i++) {
      assertThat(choose(a)).isSameAs(a);
      assertThat(choose(b)).isSameAs(b);
    }
    assertThat(balancer.hasOther(Wish.ANY, Set.of(b), Lease.Kind.RELAY)).isTrue();
  }

  @Test
  void whoAnswersNobodyIsSilentWhenSomeWait() {
    assertThat(a.isSilent(0, 1)).as("nobody waits").isFalse();
    Lease one = requireNonNull(Services.place(balancer, a.id(), Set.of(), Lease.Kind.HANDSHAKE));
    assertThat(a.isSilent(0, 1)).isTrue();
    one.close();
    assertThat(a.isSilent(0, 1)).as("it was found").isTrue();
    assertThat(a.isSilent(Long.MAX_VALUE, 1)).as("an answer is not so long ago").isFalse();
    a.answered();
    assertThat(a.isSilent(0, 1)).isFalse();
  }

  @Test
  void aTrialEndsNoPanic() {
    a.change(standing -> standing.withFailing(true), "test");
    b.change(standing -> standing.withEjection(Ejected.TRIAL), "test");
    assertThat(choose(b)).as("whoever tries it").isSameAs(b);
    for (int i = 0; i < 20; i++) {
      assertThat(choose(null)).as("all others").isNotNull();
    }
    assertThat(balancer.hasOther(Wish.ANY, Set.of(b), Lease.Kind.RELAY)).isTrue();
  }

  @Test
  void inPanicAllAreTriedButThoseThatAnOperatorHasTakenOut() {
    a.change(standing -> standing.withFailing(true), "test");
    b.change(standing -> standing.withOverride(Word.DOWN), "test");
    assertThat(choose(null)).isSameAs(a);
    a.change(standing -> standing.withOverride(Word.DRAIN), "test");
    assertThat(choose(null)).isNull();
    assertThat(balancer.hasOther(Wish.ANY, Set.of(), Lease.Kind.RELAY)).isFalse();
  }

  @Test
  void whoIsBackStartsSlowly() {
    a.change(standing -> standing.withFailing(true), "test");
    a.change(standing -> standing.withFailing(false), "test");
    assertThat(a.slot().has(Slot.RAMPING)).isTrue();
    assertThat(a.slot().has(Slot.BLOCKED)).isFalse();
  }
}
