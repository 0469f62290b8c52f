package io.holdfast.lifecycle;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** How far a drain has come. Thread-safe. */
public final class Progress {
  /** Where a drain stands. */
  public enum State {
    RUNNING,
    DONE,
    /** By an operator, or since what it drains is back. */
    STOPPED
  }

  /** What becomes of a relay. */
  public enum Outcome {
    MOVED,
    ENDED,
    GONE,
    LEFT,
    /** Its move has failed; it is tried again, or is {@link #LEFT}. */
    MOVE_FAILED
  }

  private final Consumer<Outcome> told;
  private final Instant since = Instant.now();
  private final AtomicInteger found = new AtomicInteger();
  private final AtomicInteger moved = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger gone = new AtomicInteger();
  private final AtomicInteger left = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private volatile long paceEnd = System.nanoTime();
  private volatile State state = State.RUNNING;

  /** Of a drain that begins. {@code told} hears what becomes of each relay, in any thread. */
  public Progress(Consumer<Outcome> told) {
    this.told = told;
  }

  /**
   * How it stands now.
   *
   * @param found relays that there were
   * @param moved relays that went to another backend
   * @param ended relays that got a Close
   * @param gone relays that ended by themselves meanwhile
   * @param left relays that stay: never silent, spared by a later word, or, where nobody is to be
   *     ended (rebalancings, unhealthy backends), immovable or not moved
   * @param toGo relays that are still to be moved or ended
   * @param failures moves that failed; such a relay is tried again until the deadline
   * @param timeToGo until its pace is through
   */
  public record Now(
      State state,
      Instant since,
      int found,
      int moved,
      int ended,
      int gone,
      int left,
      int toGo,
      int failures,
      Duration timeToGo) {}

  /** How it stands now. */
  public Now now() {
    int all = found.get();
    int done = moved.get() + ended.get() + gone.get() + left.get();
    long toGo = state == State.RUNNING ? Math.max(0, paceEnd - System.nanoTime()) : 0;
    return new Now(
        state,
        since,
        all,
        moved.get(),
        ended.get(),
        gone.get(),
        left.get(),
        Math.max(0, all - done),
        failures.get(),
        Duration.ofNanos(toGo));
  }

  void found(int count) {
    found.addAndGet(count);
  }

  void paceEndsAt(long time) {
    paceEnd = time;
  }

  void moved() {
    moved.incrementAndGet();
    told.accept(Outcome.MOVED);
  }

  void ended() {
    ended.incrementAndGet();
    told.accept(Outcome.ENDED);
  }

  void gone() {
    gone.incrementAndGet();
    told.accept(Outcome.GONE);
  }

  void left() {
    left.incrementAndGet();
    told.accept(Outcome.LEFT);
  }

  void failed() {
    failures.incrementAndGet();
    told.accept(Outcome.MOVE_FAILED);
  }

  /** Nothing more is done. */
  public void over(State how) {
    state = how;
  }
}
