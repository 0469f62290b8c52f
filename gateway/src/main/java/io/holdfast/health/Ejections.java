package io.holdfast.health;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.Lease;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.Standing;
import io.holdfast.balance.State;
import io.holdfast.model.Ejection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes backends out whose clients meet failures, for a time that doubles with each repeat; then
 * one client at a time tries again, and its outcome decides. Thread-safe.
 */
public final class Ejections {
  private final ScheduledExecutorService timer;
  private final Map<LiveBackend, History> histories = new ConcurrentHashMap<>();

  /** What is remembered of one backend. Guarded by {@link Ejections}, but for the resets. */
  private static final class History {
    /** Failed dials in a row. */
    private volatile int unreached;

    /** Failed handshakes in a row; what plain HTTP gets says nothing of them. */
    private volatile int refused;

    /** Relays in a row that the backend broke off. */
    private volatile int broken;

    /** Relays in a row that it left when they were to move there. */
    private volatile int unfit;

    private long brokenAt = System.nanoTime();
    private int repeats;
    private long endedAt = System.nanoTime();
    private @Nullable Future<?> end;
  }

  /** Nobody is out yet. {@code timer} ends ejections. */
  public Ejections(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /** A client got what it came for. */
  public void succeeded(Lease lease) {
    LiveBackend live = lease.live();
    live.answered();
    History history = histories.get(live);
    if (history == null) {
      return;
    }
    history.unreached = 0;
    if (lease.kind() == Lease.Kind.HANDSHAKE) {
      history.refused = 0;
    }
    boolean came =
        lease.chosenIn() == State.TRIAL
            || lease.chosenIn() == State.EJECTED
            || live.standing().override() == Standing.Word.UP;
    if (came && live.standing().ejection() != Standing.Ejected.NO) {
      forgive(live, history);
    }
  }

  private synchronized void forgive(LiveBackend live, History history) {
    history.endedAt = System.nanoTime();
    cancelEnd(history);
    history.unreached = 0;
    history.refused = 0;
    history.unfit = 0;
    history.broken = 0; // those of before it was out
    live.change(standing -> standing.withEjection(Standing.Ejected.NO), "a client was served");
  }

  private static void cancelEnd(History history) {
    if (history.end != null) {
      history.end.cancel(false);
      history.end = null;
    }
  }

  /** A relay of {@code live} has ended, and not by its fault. */
  public void ended(LiveBackend live) {
    History history = histories.get(live);
    if (history != null) {
      history.broken = 0;
    }
  }

  /**
   * A dial of the backend of {@code lease} has failed, for whatever request.
   *
   * @param why in a few words
   */
  public synchronized void unreached(Balancer service, Lease lease, String why) {
    History history = histories.computeIfAbsent(lease.live(), _ -> new History());
    history.unreached++;
    considerAnswer(service, lease, history, why);
  }

  /**
   * The backend of {@code lease} has answered a handshake wrongly, with a failure of its own, or
   * not in time.
   *
   * @param why in a few words
   */
  public synchronized void refused(Balancer service, Lease lease, String why) {
    History history = histories.computeIfAbsent(lease.live(), _ -> new History());
    history.refused++;
    considerAnswer(service, lease, history, why);
  }

  private void considerAnswer(Balancer service, Lease lease, History history, String why) {
    LiveBackend live = lease.live();
    Ejection policy = service.service().ejection();
    boolean trial = live.standing().ejection() == Standing.Ejected.TRIAL;
    if (trial && lease.tries() && policy.failures() > 0) {
      eject(policy, live, history, "the trial failed: " + why);
    } else {
      consider(service, live, history, history.unreached + history.refused, why);
    }
  }

  /**
   * {@code live} has broken off a relay. Counted apart, since others shake hands meanwhile, and
   * forgotten when long ago, since relays live long.
   *
   * @param why in a few words
   */
  public synchronized void broken(Balancer service, LiveBackend live, String why) {
    History history = histories.computeIfAbsent(live, _ -> new History());
    long now = System.nanoTime();
    long memory = service.service().ejection().maxTime().toNanos();
    history.broken = now - history.brokenAt > memory ? 1 : history.broken + 1;
    history.brokenAt = now;
    consider(service, live, history, history.broken, why);
  }

  /**
   * {@code live} has answered the handshake of a relay that was to move there, and left it then.
   * Counted apart: that it takes relays does not show that it keeps them, nor the other way round.
   *
   * @param why in a few words
   */
  public synchronized void unfit(Balancer service, LiveBackend live, String why) {
    History history = histories.computeIfAbsent(live, _ -> new History());
    history.unfit++;
    consider(service, live, history, history.unfit, why);
  }

  /** A relay has moved to {@code live}. */
  public void took(LiveBackend live) {
    History history = histories.get(live);
    if (history != null) {
      history.unfit = 0;
    }
  }

  private void consider(
      Balancer service, LiveBackend live, History history, int failures, String why) {
    Ejection policy = service.service().ejection();
    if (policy.failures() == 0) {
      return;
    }
    // One that is on trial is judged by who tries it, and by nothing that began before.
    if (live.standing().ejection() == Standing.Ejected.NO
        && failures >= policy.failures()
        && mayEjectOneMore(service, live, policy)) {
      if (System.nanoTime() - history.endedAt > policy.maxTime().toNanos()) {
        history.repeats = 0;
      }
      eject(policy, live, history, failures + " failures in a row: " + why);
    }
  }

  /** Those that take no work for other reasons are out as well. */
  private static boolean mayEjectOneMore(Balancer service, LiveBackend next, Ejection policy) {
    List<LiveBackend> all = service.takers();
    long out = all.stream().filter(live -> live != next && live.state() != State.UP).count();
    return out + 1 <= policy.maxEjected() * all.size();
  }

  private void eject(Ejection policy, LiveBackend live, History history, String why) {
    Duration time = policy.time();
    for (int i = 0; i < history.repeats && time.compareTo(policy.maxTime()) < 0; i++) {
      time = time.multipliedBy(2);
    }
    Duration whole = time.compareTo(policy.maxTime()) < 0 ? time : policy.maxTime();
    history.repeats++;
    history.unreached = 0;
    history.refused = 0;
    history.broken = 0;
    history.unfit = 0;
    live.change(
        standing -> standing.withEjection(Standing.Ejected.YES),
        why + "; for " + whole.toMillis() / 1000.0 + " s");
    cancelEnd(history);
    history.end =
        timer.schedule(() -> tryAgain(live, history), whole.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Remembers nothing of a backend that has gone. */
  public synchronized void forget(LiveBackend live) {
    History history = histories.remove(live);
    if (history != null) {
      cancelEnd(history);
    }
  }

  private synchronized void tryAgain(LiveBackend live, History history) {
    history.endedAt = System.nanoTime();
    live.change(
        standing ->
            standing.ejection() == Standing.Ejected.YES
                ? standing.withEjection(Standing.Ejected.TRIAL)
                : standing,
        "one client at a time may try");
  }
}
