package io.holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.relay.Bench.Policy;
import io.holdfast.relay.Bench.Tied;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The wheel: a turn is 51.2 s. */
final class RelayLoopTest {
  private final Bench bench = new Bench();

  @AfterEach
  void nothingIsLeft() {
    bench.clear();
  }

  private Tied aged(int seconds) {
    return bench.relay(Policy.QUIET.age(seconds, 0).build());
  }

  @Test
  void knowsHowManyThereAre() {
    Tied one = aged(10);
    Tied two = aged(10);
    assertThat(bench.loop.size()).isEqualTo(2);
    List<Relay> seen = new ArrayList<>();
    bench.loop.forEach(seen::add);
    assertThat(seen).containsExactlyInAnyOrder(one.relay, two.relay);
    one.client.ends();
    one.backend.ends();
    assertThat(bench.loop.size()).isEqualTo(1);
  }

  @Test
  void keepsDeadlinesToAboutATickAndNeverEarly() {
    for (int seconds : new int[] {1, 30, 51, 52, 102, 103, 600, 5_000}) {
      aged(seconds);
    }
    bench.pass(Duration.ofSeconds(5_010));
    long close = Policy.QUIET.close().toMillis();
    assertThat(bench.all)
        .allSatisfy(t -> {
          long due = t.relay.age() / 1_000_000;
          assertThat(due).isPositive();
          assertThat(t.end().why()).isEqualTo("maximum age");
        });
    int i = 0;
    for (int seconds : new int[] {1, 30, 51, 52, 102, 103, 600, 5_000}) {
      long took = bench.all.get(i++).endedAt / 1_000_000;
      assertThat(took).isBetween(seconds * 1_000L + close, seconds * 1_000L + close + 500);
    }
  }

  @Test
  void aDeadlineThatComesNearerIsKept() {
    Tied tied = aged(1_000);
    bench.pass(Duration.ofSeconds(1));
    tied.relay.end(1012, "", "test");
    bench.pass(Duration.ofMillis(5_300));
    assertThat(tied.end().why()).isEqualTo("test");
  }

  @Test
  void afterAStallOfMoreThanATurnEverythingIsDoneOnce() {
    for (int seconds = 1; seconds < 300; seconds += 7) {
      aged(seconds);
    }
    Tied later = aged(2_000);
    bench.pass(Duration.ofMillis(50));
    bench.jump(Duration.ofSeconds(310));
    bench.jump(Duration.ofMillis(200));
    assertThat(bench.all).filteredOn(t -> t != later).allMatch(t -> t.relay.closing());
    assertThat(later.relay.closing()).isFalse();
    bench.pass(Duration.ofMillis(5_300));
    assertThat(bench.loop.size()).isEqualTo(1);
    bench.pass(Duration.ofSeconds(1_700));
    assertThat(later.end().why()).isEqualTo("maximum age");
  }

  @Test
  void stopsAndStartsAgain() {
    Tied one = aged(10);
    one.client.ends();
    one.backend.ends();
    bench.pass(Duration.ofSeconds(100));
    Tied two = aged(10);
    bench.pass(Duration.ofSeconds(16));
    assertThat(two.end().why()).isEqualTo("maximum age");
  }

  @Test
  void allMayBeEndedInOneGo() {
    for (int i = 0; i < 50; i++) {
      aged(100 + i);
    }
    bench.loop.forEach(relay -> relay.end(1001, "", "all"));
    bench.pass(Duration.ofMillis(5_300));
    assertThat(bench.loop.size()).isZero();
  }

  @Test
  void aVisitMayEndThoseThatAreToBeVisitedNext() {
    for (int i = 0; i < 20; i++) {
      aged(30);
    }
    for (int i = 0; i < 20; i++) {
      Tied tied = bench.all.get(i);
      tied.client.onWrite(() -> {
        for (int other = 0; other < 20; other += 3) {
          bench.all.get(other).backend.close();
          bench.all.get(other).client.close();
        }
      });
    }
    bench.pass(Duration.ofMillis(30_300));
    assertThat(bench.all).allMatch(t -> t.relay.closing());
    bench.pass(Duration.ofMillis(5_300));
    assertThat(bench.loop.size()).isZero();
  }
}
