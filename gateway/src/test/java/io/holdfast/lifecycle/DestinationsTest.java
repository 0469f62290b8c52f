package io.holdfast.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.Lease;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.LiveBackends;
import io.holdfast.balance.Services;
import io.holdfast.balance.Standing.Ejected;
import io.holdfast.balance.Standing.Word;
import io.holdfast.balance.Wish;
import io.holdfast.model.AffinityPolicy;
import io.holdfast.model.Balance;
import io.holdfast.model.Capacity;
import io.holdfast.model.Capacity.WhenFull;
import io.holdfast.model.ClientKey;
import io.holdfast.model.HashAffinity;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Of three backends: a relay lives at the second, and may go to the two others. */
final class DestinationsTest {
  private final LiveBackends live = new LiveBackends();
  private Balancer balancer = balancer(null, Capacity.UNLIMITED);
  private final LiveBackend a = balancer.live().get(0);
  private final LiveBackend b = balancer.live().get(1);
  private final LiveBackend c = balancer.live().get(2);

  private Balancer balancer(@Nullable AffinityPolicy affinity, Capacity capacity) {
    return new Balancer(
        Services.service(
            "s",
            Balance.ROUND_ROBIN,
            affinity,
            capacity,
            Duration.ZERO,
            Services.backend("a", 1),
            Services.backend("b", 1),
            Services.backend("c", 1)),
        live,
        "secret");
  }

  private @Nullable LiveBackend chosen(@Nullable LiveBackend promised, Lease.Kind kind) {
    Wish wish = new Wish(promised == null ? null : promised.id(), null, 0);
    try (Lease lease = new Destinations(balancer, wish, true).choose(Set.of(b), kind)) {
      return lease == null ? null : lease.live();
    }
  }

  @Test
  void whatItsClientWasPromisedComesFirst() {
    for (int i = 0; i < 3; i++) {
      assertThat(chosen(a, Lease.Kind.HANDSHAKE)).isSameAs(a);
      assertThat(chosen(c, Lease.Kind.HANDSHAKE)).isSameAs(c);
    }
  }

  @Test
  void aPromiseOfOneThatDrainsBindsNoRelayThatLivesElsewhere() {
    a.change(standing -> standing.withOverride(Word.SOFT_DRAIN), "test");
    assertThat(chosen(a, Lease.Kind.HANDSHAKE)).isSameAs(c);
    assertThat(a.pending()).isZero();
  }

  @Test
  void aPromiseOfOneThatIsFullBindsNoRelayThatLivesElsewhere() {
    balancer = balancer(null, new Capacity(1, 0, WhenFull.REFUSE, Duration.ZERO));
    balancer.enforce();
    Lease lease = Services.place(balancer, a.id(), Set.of(), Lease.Kind.RELAY);
    assertThat(lease).isNotNull();
    assertThat(chosen(a, Lease.Kind.HANDSHAKE)).isSameAs(c);
  }

  @Test
  void whatMustBeKeptIsKept() {
    balancer =
        balancer(
            new AffinityPolicy(new HashAffinity(ClientKey.ADDRESS), AffinityPolicy.Unhealthy.FAIL),
            Capacity.UNLIMITED);
    a.change(standing -> standing.withOverride(Word.DOWN), "test");
    assertThat(chosen(a, Lease.Kind.HANDSHAKE)).isNull();
  }

  @Test
  void oneThatIsOnTrialKeepsNobodyFromTheOthers() {
    a.change(standing -> standing.withEjection(Ejected.TRIAL), "test");
    for (int i = 0; i < 10; i++) {
      assertThat(chosen(null, Lease.Kind.MOVE)).isSameAs(c);
    }
  }

  @Test
  void oneThatIsTriedByAnotherIsNotMovedTo() {
    c.change(standing -> standing.withOverride(Word.DRAIN), "test");
    a.change(standing -> standing.withEjection(Ejected.TRIAL), "test");
    try (Lease trying = Services.place(balancer, a.id(), Set.of(), Lease.Kind.HANDSHAKE)) {
      assertThat(trying).isNotNull();
      assertThat(chosen(null, Lease.Kind.HANDSHAKE)).isNull();
    }
  }

  @Test
  void whatIsDialledLaterTriesNobody() {
    c.change(standing -> standing.withOverride(Word.DOWN), "test");
    a.change(standing -> standing.withEjection(Ejected.TRIAL), "test");
    assertThat(chosen(null, Lease.Kind.MOVE)).isNull();
    assertThat(chosen(null, Lease.Kind.HANDSHAKE)).isSameAs(a);
  }
}
