package io.holdfast.health;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.Standing;
import io.holdfast.model.Ejection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Takes backends out whose clients meet failures, for a time that doubles with each repeat; then
 * one client at a time tries again, and its outcome decides. Thread-safe.
 */
public final class Ejections {
  private final ScheduledExecutorService timer;
  private final Map<LiveBackend, History> histories = new ConcurrentHashMap<>();

  /** What is remembered of one backend. Guarded by its service's balancer, but for the resets. */
  private static final class History {
    /** Failed dials and handshakes in a row. */
    private volatile int refused;

    /** Relays in a row that the backend broke off. */
    private volatile int broken;

    private int repeats;
    private long endedAt;
  }

  /** Nobody is out yet. {@code timer} ends ejections. */
  public Ejections(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /** A client of {@code live} got what it came for. */
  public void succeeded(LiveBackend live) {
    live.answered();
    History history = histories.get(live);
    if (history == null) {
      return;
    }
    history.refused = 0;
    if (live.standing().ejection() != Standing.Ejected.NO) {
      live.change(standing -> standing.withEjection(Standing.Ejected.NO), "a client was served");
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
   * A client of {@code live} could not get to it, by its fault.
   *
   * @param why in a few words
   */
  public void failed(Balancer service, LiveBackend live, String why) {
    History history = histories.computeIfAbsent(live, _ -> new History());
    synchronized (service) {
      consider(service, live, history, ++history.refused, why);
    }
  }

  /**
   * {@code live} has broken off a relay. Counted apart, since others may shake hands meanwhile.
   *
   * @param why in a few words
   */
  public void broken(Balancer service, LiveBackend live, String why) {
    History history = histories.computeIfAbsent(live, _ -> new History());
    synchronized (service) {
      consider(service, live, history, ++history.broken, why);
    }
  }

  /** One decision at a time per service, so that the share that may be out is kept to. */
  private void consider(
      Balancer service, LiveBackend live, History history, int failures, String why) {
    Ejection policy = service.service().ejection();
    if (policy.failures() == 0) {
      return;
    }
    Standing.Ejected present = live.standing().ejection();
    if (present == Standing.Ejected.TRIAL) {
      eject(policy, live, history, "the trial failed: " + why);
    } else if (present == Standing.Ejected.NO
        && failures >= policy.failures()
        && mayEjectOneMore(service, policy)) {
      if (System.nanoTime() - history.endedAt > policy.maxTime().toNanos()) {
        history.repeats = 0;
      }
      eject(policy, live, history, failures + " failures in a row: " + why);
    }
  }

  private static boolean mayEjectOneMore(Balancer service, Ejection policy) {
    long out =
        service.live().stream()
            .filter(live -> live.standing().ejection() != Standing.Ejected.NO)
            .count();
    return out + 1 <= policy.maxEjected() * service.live().size();
  }

  private void eject(Ejection policy, LiveBackend live, History history, String why) {
    Duration time = policy.time();
    for (int i = 0; i < history.repeats && time.compareTo(policy.maxTime()) < 0; i++) {
      time = time.multipliedBy(2);
    }
    Duration whole = time.compareTo(policy.maxTime()) < 0 ? time : policy.maxTime();
    history.repeats++;
    history.refused = 0;
    history.broken = 0;
    live.change(
        standing -> standing.withEjection(Standing.Ejected.YES),
        why + "; for " + whole.toMillis() / 1000.0 + " s");
    timer.schedule(() -> tryAgain(live, history), whole.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static void tryAgain(LiveBackend live, History history) {
    history.endedAt = System.nanoTime();
    live.change(
        standing ->
            standing.ejection() == Standing.Ejected.YES
                ? standing.withEjection(Standing.Ejected.TRIAL)
                : standing,
        "one client at a time may try");
  }
}
