package io.holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * A hundred thousand settled, planned moves under chance, held against {@link MovePromises}. A
 * failure names its seed; {@code -Dholdfast.moves.seed=N} plays that one alone, {@code
 * -Dholdfast.moves=N} so many moves, and {@code -Dholdfast.moves.from=N} other ones than always.
 */
final class MigrationModelTest {
  private static final int ENOUGH = 100_000;

  /** Moves that are tried in one life. */
  private static final int TRIED = 24;

  /** Of each life at least so many succeed in the mean. */
  private static final int SUCCEED = 10;

  @Test
  void aHundredThousandMovesKeepTheirPromises() {
    Map<String, Integer> outcomes = new ConcurrentSkipListMap<>();
    Long only = Long.getLong("holdfast.moves.seed");
    if (only != null) {
      live(only, outcomes);
      return;
    }
    int enough = Integer.getInteger("holdfast.moves", ENOUGH);
    AtomicLong seeds = new AtomicLong(Long.getLong("holdfast.moves.from", 1));
    long last = seeds.get() + enough / SUCCEED;
    playAtOnce(() -> {
      while (moved(outcomes) < enough && seeds.get() < last) {
        live(seeds.getAndIncrement(), outcomes);
      }
    });
    System.out.println("moves: " + outcomes);
    assertThat(moved(outcomes)).isGreaterThanOrEqualTo(enough);
    if (enough == ENOUGH) {
      assertThat(outcomes)
          .containsKeys("unsettled", "unsettled_in_message", "busy_left", "busy_closed")
          .containsKeys("prologue", "backend", "ended", "rescued", "rescue_backend", "abandoned");
    }
  }

  /** Lives have nothing in common, so there may be one on each core. */
  private static void playAtOnce(Runnable lives) {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    try (ExecutorService players =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
        all.add(CompletableFuture.runAsync(lives, players));
      }
    }
    all.forEach(CompletableFuture::join);
  }

  private static int moved(Map<String, Integer> outcomes) {
    return outcomes.getOrDefault("moved", 0);
  }

  private static void live(long seed, Map<String, Integer> outcomes) {
    MoveModel model = new MoveModel(seed, seed % 4 == 0);
    try {
      model.live(TRIED);
      MovePromises.check(model);
      model.end();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
    model.tries.outcomes.forEach((outcome, count) -> outcomes.merge(outcome, count, Integer::sum));
  }
}
