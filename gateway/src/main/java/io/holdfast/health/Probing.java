package io.holdfast.health;

import io.holdfast.balance.LiveBackend;
import io.holdfast.model.Backend;
import io.holdfast.model.Probe;
import io.holdfast.upstream.BackendConnection;
import io.holdfast.upstream.Upstream;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The probes of one backend, one after another, and what they say. Used by one event loop.
 *
 * <p>Until the first one has ended the backend is taken for up, and that one decides alone; later
 * it takes some in a row.
 */
final class Probing {
  /** Intervals differ by so much of themselves, so that probes of many backends spread out. */
  private static final double JITTER = 0.1;

  /** The first probes of all backends spread over this. */
  private static final Duration FIRST = Duration.ofMillis(500);

  private final Prober prober;
  private final LiveBackend live;
  private final Backend backend;
  private final Upstream upstream;
  private final Probe policy;

  private @Nullable Future<?> timer;
  private @Nullable ProbeRun run;
  private boolean judged;
  private boolean stopped;

  /** Probes in a row that contradict what the backend is taken for. */
  private int against;

  Probing(Prober prober, LiveBackend live, Backend backend, Upstream upstream, Probe policy) {
    this.prober = prober;
    this.live = live;
    this.backend = backend;
    this.upstream = upstream;
    this.policy = policy;
  }

  /** Whether it asks this in this way. */
  boolean asks(Backend of, Upstream by, Probe as) {
    return backend.equals(of) && upstream == by && policy.equals(as);
  }

  /** Begins, or goes on with what one before has found. */
  void start(@Nullable Probing before) {
    if (before != null) {
      judged = before.judged;
      against = before.against;
    }
    Duration first = policy.interval().compareTo(FIRST) < 0 ? policy.interval() : FIRST;
    schedule((long) (first.toNanos() * ThreadLocalRandom.current().nextDouble()));
  }

  void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel(false);
    }
    if (run != null) {
      run.cancel();
    }
  }

  private void schedule(long delay) {
    timer = prober.loop().schedule(this::probe, delay, TimeUnit.NANOSECONDS);
  }

  private void probe() {
    ProbeRun next =
        new ProbeRun(
            prober,
            upstream,
            backend,
            policy.timeout(),
            (asking, connection) -> ask(policy.check(), asking, connection),
            this::onResult);
    run = next;
    next.start();
  }

  static void ask(Probe.Check check, ProbeRun asking, BackendConnection connection) {
    switch (check) {
      case Probe.Http http -> new HttpProbe(asking, connection, http).start();
      case Probe.WebSocket webSocket -> new WebSocketProbe(asking, connection, webSocket).start();
      case Probe.Tcp _ -> asking.succeed();
    }
  }

  /**
   * A probe has ended.
   *
   * @param failure in a few words; null for none
   */
  private void onResult(@Nullable String failure) {
    run = null;
    if (stopped) {
      return;
    }
    boolean fails = failure != null;
    boolean failing = live.standing().failing();
    against = fails == failing ? 0 : against + 1;
    int needed = !judged ? 1 : fails ? policy.fall() : policy.rise();
    judged = true;
    if (against >= needed) {
      against = 0;
      failing = fails;
      String why = fails ? "probe: " + failure : "probe succeeded";
      live.change(standing -> standing.withFailing(fails), why);
    }
    Duration interval = failing ? policy.downInterval() : policy.interval();
    double jitter = 1 + JITTER * (2 * ThreadLocalRandom.current().nextDouble() - 1);
    schedule((long) (interval.toNanos() * jitter));
  }
}
