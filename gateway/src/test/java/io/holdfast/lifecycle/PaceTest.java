package io.holdfast.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class PaceTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void keepsToItsRate() {
    assertThat(new Pace(Duration.ofSeconds(30), OptionalDouble.of(200)).interval(5))
        .isEqualTo(SECOND / 200);
  }

  @Test
  void spreadsManyOverTheDeadline() {
    assertThat(new Pace(Duration.ofSeconds(10), OptionalDouble.empty()).interval(1_000))
        .isEqualTo(SECOND / 100);
  }

  @Test
  void doesNotLetFewTakeLong() {
    assertThat(new Pace(Duration.ofSeconds(30), OptionalDouble.empty()).interval(3))
        .isEqualTo(SECOND / 10);
  }

  @Test
  void allAtOnceIsAtOnce() {
    assertThat(Pace.AT_ONCE.interval(1_000)).isZero();
    assertThat(new Pace(Duration.ofSeconds(1), OptionalDouble.of(1)).interval(0)).isZero();
  }

  @Test
  void tellsHowManyItsRateDoesNotReach() {
    assertThat(new Pace(Duration.ofSeconds(30), OptionalDouble.of(10)).left(300)).isZero();
    assertThat(new Pace(Duration.ofSeconds(30), OptionalDouble.of(10)).left(305)).isEqualTo(5);
    assertThat(new Pace(Duration.ofSeconds(1), OptionalDouble.empty()).left(300)).isZero();
    assertThat(Pace.AT_ONCE.left(300)).isZero();
    assertThat(new Pace(Duration.ofSeconds(30), OptionalDouble.of(10)).warning(305))
        .isEqualTo(
            "at 10.0/s only 300 of 305 relays go within 30000 ms; the other 5 go at once then");
    assertThat(new Pace(Duration.ofSeconds(30), OptionalDouble.of(10)).warning(300)).isNull();
  }
}
