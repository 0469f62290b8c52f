package io.holdfast.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.ClientKey;
import io.holdfast.model.TableAffinity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PromiseTableTest {
  private static final TableAffinity POLICY = policy(3);

  private final LiveBackends all = new LiveBackends();
  private final LiveBackend a = all.of("s", Services.backend("a", 1));
  private final LiveBackend b = all.of("s", Services.backend("b", 1));
  private Instant now = Instant.EPOCH;
  private final InstantSource time = () -> now;
  private final Clock clock = time.withZone(ZoneOffset.UTC);
  private final PromiseTable table = new PromiseTable(POLICY, clock);

  private static TableAffinity policy(int size) {
    return new TableAffinity(
        ClientKey.ADDRESS, false, Duration.ofHours(10), Duration.ofHours(1), size);
  }

  private void pass(Duration duration) {
    now = now.plus(duration);
  }

  @Test
  void whatWasPromisedIsFoundUntilItIsPromisedAnew() {
    assertThat(table.find(1)).isNull();
    table.promise(1, a);
    assertThat(table.find(1)).isEqualTo(a.id());
    table.promise(1, b);
    assertThat(table.find(1)).isEqualTo(b.id());
  }

  @Test
  void aPromiseEndsWhenItsClientIsIdle() {
    table.promise(1, a);
    pass(Duration.ofMinutes(59));
    assertThat(table.find(1)).isEqualTo(a.id());
    pass(Duration.ofMinutes(59));
    assertThat(table.find(1)).as("used since").isEqualTo(a.id());
    pass(Duration.ofMinutes(60));
    assertThat(table.find(1)).isNull();
  }

  @Test
  void aPromiseEndsAfterItsLifetimeHoweverUsed() {
    table.promise(1, a);
    for (int i = 0; i < 19; i++) {
      pass(Duration.ofMinutes(30));
      assertThat(table.find(1)).isEqualTo(a.id());
      table.promise(1, a);
    }
    pass(Duration.ofMinutes(30));
    assertThat(table.find(1)).isNull();
    table.promise(1, a);
    assertThat(table.find(1)).as("promised anew").isEqualTo(a.id());
  }

  @Test
  void theOneNotUsedForLongestMakesRoom() {
    table.promise(1, a);
    table.promise(2, a);
    table.promise(3, a);
    table.find(1);
    table.promise(4, a);
    assertThat(table.find(2)).isNull();
    assertThat(List.of(1L, 3L, 4L)).allMatch(client -> table.find(client) != null);

    table.change(policy(1));
    assertThat(table.promises()).hasSize(1);
  }

  @Test
  void whatIsOverIsDropped() {
    table.promise(1, a);
    pass(Duration.ofHours(2));
    table.promise(2, b);
    assertThat(table.promises()).extracting(PromiseTable.Promise::key).containsExactly(2L);
  }

  @Test
  void promisesAreTakenUpAsTheyWere() {
    table.promise(1, a);
    pass(Duration.ofMinutes(10));
    table.promise(2, b);
    PromiseTable next = new PromiseTable(POLICY, clock);
    next.restore(table.promises());
    assertThat(next.promises()).isEqualTo(table.promises());
    pass(Duration.ofMinutes(50));
    assertThat(next.find(1)).as("idle since before").isNull();
    assertThat(next.find(2)).isEqualTo(b.id());
  }

  @Test
  void aChangeIsToldOnce() {
    assertThat(table.takeChanged()).isFalse();
    table.promise(1, a);
    assertThat(table.takeChanged()).isTrue();
    assertThat(table.takeChanged()).isFalse();
    table.find(1);
    assertThat(table.takeChanged()).isTrue();
  }

  @Test
  void aTableLastsAsLongAsItsKey() {
    PromiseTable first = all.promises("s", POLICY);
    assertThat(all.promises("s", policy(7))).isSameAs(first);
    ClientKey path = new ClientKey(ClientKey.Source.PATH, "");
    TableAffinity other = new TableAffinity(path, false, Duration.ofHours(1), Duration.ZERO, 1);
    assertThat(all.promises("s", other)).isNotSameAs(first);
    assertThat(all.promises("s", POLICY)).as("the other may not come into force").isSameAs(first);
    assertThat(all.promises("t", POLICY)).isNotSameAs(first);
  }
}
