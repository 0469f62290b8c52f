package io.holdfast.lifecycle;

import io.holdfast.relay.MoveOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

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
  private final ConcurrentMap<String, Integer> failures = new ConcurrentHashMap<>();
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
   * @param failures moves that failed, by why; such a relay is tried again until the deadline
   * @param timeToGo until its pace is through, or, while moves fail, until the deadline
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
      Map<String, Integer> failures,
      Duration timeToGo) {

    public Now {
      failures = Map.copyOf(failures);
    }

    /** How many moves failed. */
    public int failed() {
      return failures.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** As {@link #inWords}. */
    public String failuresInWords() {
      return inWords(failures);
    }
  }

  /** Such as {@code , 3 moves failed (refused 3)}; empty when none did. */
  public static String inWords(Map<String, Integer> failures) {
    int all = failures.values().stream().mapToInt(Integer::intValue).sum();
    return failures.isEmpty()
        ? ""
        : new TreeMap<>(failures)
            .entrySet().stream()
                .map(why -> why.getKey() + " " + why.getValue())
                .collect(Collectors.joining(", ", ", " + all + " moves failed (", ")"));
  }

  /** How it stands now. */
  public Now now() {
    State as = state; // first, so that the end is never seen with numbers of before
    int all = found.get();
    int away = moved.get();
    int closed = ended.get();
    int lost = gone.get();
    int stay = left.get();
    long toGo = as == State.RUNNING ? Math.max(0, paceEnd - System.nanoTime()) : 0;
    return new Now(
        as,
        since,
        all,
        away,
        closed,
        lost,
        stay,
        Math.max(0, all - away - closed - lost - stay),
        failures,
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

  void failed(MoveOutcome.Failure why) {
    failures.merge(why.word(), 1, Integer::sum);
    told.accept(Outcome.MOVE_FAILED);
  }

  /** Nothing more is done. */
  public void over(State how) {
    state = how;
  }
}
