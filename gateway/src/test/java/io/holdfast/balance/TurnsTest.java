package io.holdfast.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TurnsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long LIMIT = 5 * SECOND;

  private final MockTicker ticker = Ticker.newMockTicker();
  private final EmbeddedChannel loop = EmbeddedChannel.builder().ticker(ticker).build();
  private final Turns turns = new Turns(ticker::nanoTime);

  @AfterEach
  void close() {
    loop.finishAndReleaseAll();
  }

  private void pass(long nanos) {
    ticker.advance(nanos, TimeUnit.NANOSECONDS);
    loop.runScheduledPendingTasks();
    loop.runPendingTasks();
  }

  private Turns.Turn await(double rate, Runnable action) {
    long wait = turns.take(rate, LIMIT);
    assertThat(wait).isPositive();
    return turns.await(wait, loop.eventLoop(), action);
  }

  @Test
  void theTurnOfOneThatLeavesGoesToTheNext() {
    while (turns.take(1, 0) == 0) {
      // Those that come at once.
    }
    List<String> begun = new ArrayList<>();
    Turns.Turn first = await(1, () -> begun.add("first"));
    await(1, () -> begun.add("second"));
    Turns.Turn third = await(1, () -> begun.add("third"));
    await(1, () -> begun.add("fourth"));
    first.leave();
    pass(SECOND);
    assertThat(begun).containsExactly("second");
    third.leave();
    pass(SECOND);
    assertThat(begun).containsExactly("second", "fourth");
    pass(10 * SECOND);
    assertThat(begun).containsExactly("second", "fourth");
  }

  /** Twice as many come as there are turns, and wait for less than the queue may be long. */
  @Test
  void turnsAreOfUseThoughClientsHaveLessPatienceThanTheQueue() {
    record Client(Turns.Turn turn, long leaves) {}
    Deque<Client> clients = new ArrayDeque<>();
    AtomicInteger served = new AtomicInteger();
    int before = 0;
    for (int i = 0; i < 60 * 400; i++) {
      if (i == 20 * 400) {
        before = served.get();
      }
      long wait = turns.take(200, LIMIT);
      if (wait == 0) {
        served.incrementAndGet();
      } else if (wait > 0) {
        Turns.Turn turn = turns.await(wait, loop.eventLoop(), served::incrementAndGet);
        clients.add(new Client(turn, ticker.nanoTime() + 4 * SECOND));
      }
      pass(SECOND / 400);
      while (!clients.isEmpty() && clients.getFirst().leaves() <= ticker.nanoTime()) {
        clients.removeFirst().turn().leave();
      }
    }
    assertThat(served.get() - before).as("in 40 s").isBetween(7_900, 8_100);
  }
}
