package io.holdfast.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PacerTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final long now = System.nanoTime() + SECOND;
  private final Pacer pacer = new Pacer(now - SECOND);

  @Test
  void aTenthOfASecondsTurnsComeAtOnce() {
    for (int i = 0; i < 10; i++) {
      assertThat(pacer.take(now, 100, SECOND)).isZero();
    }
    assertThat(pacer.take(now, 100, SECOND)).isEqualTo(10 * MILLI);
    assertThat(pacer.take(now, 100, SECOND)).isEqualTo(20 * MILLI);
  }

  @Test
  void theRateIsKeptToHoweverManyCome() {
    long last = 0;
    for (int i = 0; i < 1000; i++) {
      last = pacer.take(now, 500, 10 * SECOND);
    }
    assertThat(last).isEqualTo(950 * 2 * MILLI);
  }

  @Test
  void whoWouldWaitTooLongTakesNoTurn() {
    for (int i = 0; i < 20; i++) {
      assertThat(pacer.take(now, 100, 100 * MILLI)).isBetween(0L, 100 * MILLI);
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(pacer.take(now, 100, 100 * MILLI)).isEqualTo(Pacer.NO_TURN);
    }
    assertThat(pacer.take(now + 50 * MILLI, 100, 100 * MILLI))
        .as("later")
        .isBetween(0L, 100 * MILLI);
  }

  @Test
  void aSlowRateLetsOneThrough() {
    assertThat(pacer.take(now, 0.1, 0)).isZero();
    assertThat(pacer.take(now + 9 * SECOND, 0.1, 0)).isEqualTo(Pacer.NO_TURN);
    assertThat(pacer.take(now + 10 * SECOND, 0.1, 0)).isZero();
  }
}
