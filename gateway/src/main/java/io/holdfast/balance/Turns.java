package io.holdfast.balance;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Turns of handshakes, at a rate, first come first served. The turn of one that leaves goes to the
 * first who still waits: else clients with less patience than the queue would take all turns with
 * them. Thread-safe and lock-free.
 */
public final class Turns {
  private final LongSupplier clock;
  private final Pacer pacer;
  private final Queue<Turn> waiting = new ConcurrentLinkedQueue<>();

  Turns() {
    this(System::nanoTime);
  }

  Turns(LongSupplier clock) {
    this.clock = clock;
    this.pacer = new Pacer(clock.getAsLong());
  }

  /** One that is waited for. */
  public final class Turn {
    private final ScheduledExecutorService loop;
    private final Runnable action;
    private volatile boolean left;

    private Turn(ScheduledExecutorService loop, Runnable action) {
      this.loop = loop;
      this.action = action;
    }

    /** Waits no more. On the waiter's thread, as the action is. */
    public void leave() {
      left = true;
    }

    private void begin() {
      loop.execute(() -> {
        if (left) {
          onDue(); // just now
        } else {
          action.run();
        }
      });
    }
  }

  /**
   * Takes a turn.
   *
   * @param rate turns a second
   * @param atMost nanoseconds that one may wait
   * @return nanoseconds until it is due, for {@link #await}; negative when that would be too long,
   *     and no turn is taken
   */
  long take(double rate, long atMost) {
    return pacer.take(clock.getAsLong(), rate, atMost);
  }

  /**
   * Waits for a turn.
   *
   * @param wait as {@link #take} said
   * @param loop the waiter's thread
   * @param action begins when it is due, or sooner if others have left
   */
  public Turn await(long wait, ScheduledExecutorService loop, Runnable action) {
    Turn turn = new Turn(loop, action);
    waiting.add(turn);
    // Not to be cancelled: somebody else has the turn then.
    loop.schedule(this::onDue, wait, TimeUnit.NANOSECONDS);
    return turn;
  }

  private void onDue() {
    Turn first = waiting.poll();
    while (first != null && first.left) {
      first = waiting.poll();
    }
    if (first != null) {
      first.begin();
    }
  }
}
