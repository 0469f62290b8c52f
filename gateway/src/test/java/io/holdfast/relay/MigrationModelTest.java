package io.holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A hundred thousand moves under chance. A failure names its seed; {@code -Dholdfast.moves.seed=N}
 * plays that one alone.
 */
final class MigrationModelTest {
  private static final int LIVES = 5_000;
  private static final int MOVES = 24;

  @Test
  void aHundredThousandMovesKeepTheirPromises() {
    Long only = Long.getLong("holdfast.moves.seed");
    Map<String, Integer> outcomes = new TreeMap<>();
    if (only != null) {
      live(only, outcomes);
      return;
    }
    long base = System.nanoTime();
    for (long seed = base; seed < base + LIVES; seed++) {
      live(seed, outcomes);
    }
    System.out.println("moves: " + outcomes);
    assertThat(outcomes.values().stream().mapToInt(Integer::intValue).sum())
        .isGreaterThanOrEqualTo(100_000);
    assertThat(outcomes)
        .containsKeys(
            "moved", "unsettled", "rescued", "abandoned", "backend", "busy_left", "ended");
  }

  private static void live(long seed, Map<String, Integer> outcomes) {
    MoveModel model = new MoveModel(seed, seed % 5 == 0);
    try {
      model.live(MOVES);
      model.check();
      model.end();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
    model.outcomes.forEach((outcome, count) -> outcomes.merge(outcome, count, Integer::sum));
  }
}
