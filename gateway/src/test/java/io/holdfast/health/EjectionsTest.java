package io.holdfast.health;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.Lease;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.LiveBackends;
import io.holdfast.balance.Services;
import io.holdfast.balance.Standing;
import io.holdfast.balance.State;
import io.holdfast.model.Balance;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** With {@code failures: 5}, {@code time} and {@code maxTime} of 5 s, and half of them at most. */
final class EjectionsTest {
  private final EmbeddedChannel time = new EmbeddedChannel();
  private final Ejections ejections = new Ejections(time.eventLoop());
  private final LiveBackends all = new LiveBackends();
  private final Balancer balancer = of(1, 1);
  private final LiveBackend a = balancer.live().get(0);
  private final LiveBackend b = balancer.live().get(1);

  EjectionsTest() {
    time.freezeTime();
  }

  private Balancer of(int... weights) {
    return new Balancer(
        Services.service(
            "s",
            Balance.RANDOM,
            Services.backend("a", weights[0]),
            Services.backend("b", weights[1])),
        all,
        "secret");
  }

  private void fail(LiveBackend live, int times) {
    for (int i = 0; i < times; i++) {
      ejections.refused(balancer, lease(live), "test");
    }
  }

  private Lease lease(LiveBackend live) {
    return lease(live, Lease.Kind.HANDSHAKE);
  }

  private Lease lease(LiveBackend live, Lease.Kind kind) {
    return requireNonNull(Services.place(balancer, live.id(), Set.of(), kind));
  }

  private void pass(long seconds) {
    time.advanceTimeBy(seconds, TimeUnit.SECONDS);
    time.runScheduledPendingTasks();
  }

  @Test
  void failuresInARowEjectUntilATrialSucceeds() {
    Lease served = lease(a);
    fail(a, 4);
    ejections.succeeded(served);
    fail(a, 4);
    assertThat(a.state()).isEqualTo(State.UP);
    fail(a, 1);
    assertThat(a.state()).isEqualTo(State.EJECTED);

    pass(4);
    assertThat(a.state()).isEqualTo(State.EJECTED);
    pass(1);
    assertThat(a.state()).isEqualTo(State.TRIAL);
    ejections.succeeded(lease(a));
    assertThat(a.state()).isEqualTo(State.UP);
  }

  @Test
  void nothingIsRememberedOfOneThatIsForgotten() {
    fail(a, 5);
    ejections.forget(a);
    pass(5);
    assertThat(a.state()).as("its ejection does not end by itself").isEqualTo(State.EJECTED);

    fail(b, 4);
    ejections.forget(b);
    fail(b, 4);
    assertThat(b.state()).isEqualTo(State.UP);
  }

  @Test
  void plainHttpEndsARowOfDialsButNotOfHandshakes() {
    Lease plain = lease(a, Lease.Kind.EXCHANGE);
    for (int i = 0; i < 10; i++) {
      ejections.unreached(balancer, lease(a), "test");
      ejections.succeeded(plain);
    }
    assertThat(a.state()).isEqualTo(State.UP);
    for (int i = 0; i < 4; i++) {
      fail(a, 1);
      ejections.succeeded(plain);
    }
    assertThat(a.state()).isEqualTo(State.UP);
    ejections.unreached(balancer, lease(a), "test");
    assertThat(a.state()).as("four handshakes and a dial").isEqualTo(State.EJECTED);
  }

  @Test
  void anAnswerFromBeforeSaysNothing() {
    Lease before = lease(a);
    fail(a, 5);
    ejections.succeeded(before);
    assertThat(a.state()).isEqualTo(State.EJECTED);
    pass(5);
    ejections.succeeded(before);
    assertThat(a.state()).isEqualTo(State.TRIAL);
  }

  @Test
  void whatBeganBeforeSaysNothingOfATrial() {
    Lease before = lease(a);
    fail(a, 5);
    pass(5);
    ejections.broken(balancer, a, "an old relay");
    ejections.refused(balancer, before, "an old handshake");
    ejections.unreached(balancer, before, "an old dial");
    assertThat(a.state()).isEqualTo(State.TRIAL);
    ejections.refused(balancer, lease(a), "who tries it");
    assertThat(a.state()).isEqualTo(State.EJECTED);
  }

  @Test
  void whatBrokeWhileItWasOutIsForgivenWithIt() {
    for (int i = 0; i < 100; i++) {
      ejections.broken(balancer, a, "killed");
    }
    assertThat(a.state()).isEqualTo(State.EJECTED);
    pass(5);
    ejections.succeeded(lease(a));
    ejections.broken(balancer, a, "one more");
    assertThat(a.state()).isEqualTo(State.UP);
  }

  @Test
  void oneThatServesClientsByAnOperatorsWordIsForgiven() {
    fail(a, 5);
    a.change(standing -> standing.withOverride(Standing.Word.UP), "test");
    ejections.succeeded(lease(a));
    a.change(standing -> standing.withOverride(Standing.Word.NONE), "test");
    assertThat(a.state()).isEqualTo(State.UP);
  }

  @Test
  void aTrialThatFailsEjectsAnew() {
    fail(a, 5);
    pass(5);
    fail(a, 1);
    assertThat(a.state()).isEqualTo(State.EJECTED);
    pass(5);
    assertThat(a.state()).isEqualTo(State.TRIAL);
  }

  @Test
  void halfOfThemAtMostAreOutForWhateverReason() {
    fail(a, 5);
    fail(b, 50);
    assertThat(b.state()).isEqualTo(State.UP);
    ejections.succeeded(lease(b));
    pass(5);
    ejections.succeeded(lease(a));
    a.change(standing -> standing.withFailing(true), "probe");
    fail(b, 50);
    assertThat(b.state()).as("the other one is down").isEqualTo(State.UP);
  }

  @Test
  void theOnlyOneThatTakesClientsIsNeverOut() {
    Balancer one = of(1, 0);
    for (int i = 0; i < 50; i++) {
      ejections.refused(one, lease(a), "test");
    }
    assertThat(a.state()).isEqualTo(State.UP);
  }

  @Test
  void oneThatLeavesRelaysWhichAreToMoveThereIsOutUnlessOneMovesThereBetween() {
    for (int i = 0; i < 20; i++) {
      ejections.unfit(balancer, a, "test");
      if (i % 4 == 3) {
        ejections.took(a);
      }
      ejections.succeeded(lease(a)); // its handshakes are answered
    }
    assertThat(a.state()).isEqualTo(State.UP);
    for (int i = 0; i < 5; i++) {
      assertThat(a.state()).isEqualTo(State.UP);
      ejections.unfit(balancer, a, "test");
    }
    assertThat(a.state()).isEqualTo(State.EJECTED);
  }

  @Test
  void brokenRelaysCountApartFromHandshakes() {
    for (int i = 0; i < 4; i++) {
      ejections.broken(balancer, a, "test");
      ejections.succeeded(lease(a));
    }
    assertThat(a.state()).isEqualTo(State.UP);
    ejections.ended(a);
    for (int i = 0; i < 5; i++) {
      assertThat(a.state()).isEqualTo(State.UP);
      ejections.broken(balancer, a, "test");
    }
    assertThat(a.state()).isEqualTo(State.EJECTED);
  }
}
