package io.holdfast.lifecycle.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.balance.Tally;
import io.holdfast.model.DeployPolicy;
import org.junit.jupiter.api.Test;

final class ComparisonTest {
  private static final DeployPolicy.Verify BY = new DeployPolicy.Verify(10, 0.02, 0.02, 3);
  private static final Tally.Counts FINE = new Tally.Counts(1000, 10, 1000, 10, 100, 100_000_000);

  private static Comparison of(Tally.Counts own) {
    return new Comparison(own, 100, FINE, 1000);
  }

  @Test
  void itIsJudgedByEnoughHandshakes() {
    assertThat(of(new Tally.Counts(9, 9, 0, 0, 0, 0)).judges(BY)).isFalse();
    assertThat(of(new Tally.Counts(10, 0, 0, 0, 0, 0)).judges(BY)).isTrue();
  }

  @Test
  void itMayBeAsBadAsTheOthersAndALittleWorse() {
    assertThat(of(new Tally.Counts(1000, 30, 900, 24, 100, 290_000_000 * 3L / 2)).worse(BY))
        .isNull();
  }

  @Test
  void handshakesThatFail() {
    assertThat(of(new Tally.Counts(1000, 31, 0, 0, 0, 0)).worse(BY))
        .isEqualTo("handshakes that fail: 3.1 %; with the others 1.0 %");
  }

  @Test
  void relaysThatBreakOffAreSeenBesideThoseThatLive() {
    assertThat(of(new Tally.Counts(100, 0, 0, 0, 0, 0)).worse(BY)).isNull();
    assertThat(of(new Tally.Counts(100, 0, 4, 4, 0, 0)).worse(BY))
        .isEqualTo("relays that break off: 3.8 %; with the others 0.5 %");
  }

  @Test
  void pongsThatTakeLong() {
    assertThat(of(new Tally.Counts(100, 0, 0, 0, 10, 60_000_000)).worse(BY))
        .isEqualTo("answers to Pings take 6.0 ms; with the others 1.0 ms");
    assertThat(of(new Tally.Counts(100, 0, 0, 0, 10, 49_000_000)).worse(BY))
        .as("too short to differ")
        .isNull();
    assertThat(of(new Tally.Counts(100, 0, 0, 0, 9, 900_000_000)).worse(BY)).as("too few").isNull();
  }

  @Test
  void anEmptyGroupIsNotWorse() {
    Comparison empty = new Comparison(Tally.Counts.NONE, 0, Tally.Counts.NONE, 0);
    assertThat(empty.worse(BY)).isNull();
  }
}
