package io.holdfast.it.hostile;

import java.time.Duration;
import java.util.function.IntSupplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waits for what happens in a moment, with short steps. */
final class Soon {
  private Soon() {}

  static ConditionFactory await() {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5));
  }

  /** Waits until a count has not moved for half a second. */
  static void awaitSteady(IntSupplier count) {
    int[] last = {-1};
    await()
        .atMost(Duration.ofSeconds(30))
        .during(Duration.ofMillis(500))
        .until(() -> {
          int before = last[0];
          last[0] = count.getAsInt();
          return before == last[0];
        });
  }
}
