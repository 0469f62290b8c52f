package io.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.cli.Sources;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class HoldfastTest {
  private final AtomicInteger lost = new AtomicInteger();

  private Holdfast start() throws Exception {
    Holdfast holdfast =
        Holdfast.start(
            Sources.flags(
                List.of("127.0.0.1:0"),
                List.of("ws://127.0.0.1:1"),
                Map.of("admin.enabled", "false"),
                Map.of()));
    holdfast.onLost(lost::incrementAndGet);
    return holdfast;
  }

  @Test
  void aLoopThatEndsByItselfIsToldOnceAndEndsReadiness() throws Exception {
    try (Holdfast holdfast = start()) {
      assertThat(holdfast.notReadyReason()).isEmpty();

      holdfast.group.forEach(loop -> loop.shutdownGracefully(0, 0, TimeUnit.SECONDS));

      await().untilAsserted(() -> assertThat(lost).hasValue(1));
      await().until(() -> holdfast.group.isTerminated());
      await().during(Duration.ofMillis(100)).untilAsserted(() -> assertThat(lost).hasValue(1));
      assertThat(holdfast.notReadyReason()).isEqualTo("an event loop has ended");
    }
  }

  @Test
  void loopsThatEndWithTheGatewayAreNotLost() throws Exception {
    Holdfast holdfast = start();

    holdfast.close();

    assertThat(holdfast.group.isTerminated()).isTrue();
    assertThat(lost).hasValue(0);
  }
}
