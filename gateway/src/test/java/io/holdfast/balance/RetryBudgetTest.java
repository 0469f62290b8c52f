package io.holdfast.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Retries;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RetryBudgetTest {
  /** As with {@link System#nanoTime()}, zero means nothing. */
  private long now = Long.MAX_VALUE - 1_000;

  private RetryBudget budget(double share, int minPerSecond) {
    return new RetryBudget(new Retries(3, share, minPerSecond), () -> now);
  }

  private void pass(int seconds) {
    now += TimeUnit.SECONDS.toNanos(seconds);
  }

  private static void requests(RetryBudget budget, int count) {
    for (int i = 0; i < count; i++) {
      budget.onRequest();
    }
  }

  /** Takes all that is left. */
  private static int retries(RetryBudget budget) {
    int count = 0;
    while (budget.tryRetry()) {
      count++;
    }
    return count;
  }

  @Test
  void allowsAShareOfRequests() {
    RetryBudget budget = budget(0.2, 0);
    assertThat(retries(budget)).isZero();
    requests(budget, 100);
    assertThat(retries(budget)).isEqualTo(20);
    requests(budget, 10);
    assertThat(retries(budget)).isEqualTo(2);
  }

  @Test
  void allowsAFewWhereThereAreFewRequests() {
    RetryBudget budget = budget(0.2, 3);
    requests(budget, 1);
    assertThat(retries(budget)).as("three a second over ten seconds").isEqualTo(30);
  }

  @Test
  void halfOfAWindowCarriesOver() {
    RetryBudget budget = budget(0.5, 0);
    requests(budget, 100);
    assertThat(retries(budget)).isEqualTo(50);
    pass(10);
    assertThat(retries(budget)).as("what was used carries over too").isZero();
    requests(budget, 50);
    assertThat(retries(budget)).isEqualTo(25);
  }

  @Test
  void whatIsLongAgoIsForgotten() {
    RetryBudget budget = budget(0.5, 1);
    requests(budget, 1_000);
    pass(20);
    assertThat(retries(budget)).isEqualTo(10);
    pass(20);
    assertThat(retries(budget)).isEqualTo(10);
  }

  @Test
  void aShareOfZeroAndNoFloorIsNone() {
    RetryBudget budget = budget(0, 0);
    requests(budget, 1_000);
    assertThat(budget.tryRetry()).isFalse();
  }
}
