package io.holdfast.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.balance.Services;
import io.holdfast.model.Balance;
import io.holdfast.model.Capacity;
import io.holdfast.model.HandshakePacing;
import io.holdfast.model.Service;
import io.holdfast.upstream.UpstreamFailure;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FailuresTest {
  private static Service service(HandshakePacing pacing) {
    return Services.service(
        "s", Balance.RANDOM, null, Capacity.UNLIMITED, pacing, Duration.ofSeconds(5));
  }

  /** What so many are told that are turned away together. */
  private static Set<String> told(UpstreamFailure.Kind kind, Service service) {
    return IntStream.range(0, 500)
        .mapToObj(i -> Failures.refusal(new UpstreamFailure(kind, "test"), service))
        .map(refusal -> refusal.headers().getOrDefault("retry-after", "none"))
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @EnumSource(names = {"FULL", "PACED", "UNAVAILABLE"})
  void whoIsTurnedAwayIsToldToComeBackAtRandom(UpstreamFailure.Kind kind) {
    Duration second = Duration.ofSeconds(1);
    Service paced = service(new HandshakePacing(1, 1, second, second, second.multipliedBy(4)));
    assertThat(told(kind, paced)).containsExactlyInAnyOrder("1", "2", "3", "4");
    Service other = service(new HandshakePacing(0, 0, second, second, second.multipliedBy(4)));
    assertThat(told(kind, other)).as("without a rate").containsExactly("1");
  }
}
