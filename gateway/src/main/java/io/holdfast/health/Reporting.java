package io.holdfast.health;

import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.State;
import io.holdfast.model.Backend;
import io.holdfast.model.LoadReports;
import io.holdfast.observe.Meters;
import io.holdfast.upstream.BackendConnection;
import io.holdfast.upstream.Upstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the backends of one service report of their load. While one that is up does not, all are
 * compared by our own counts: against others' reports its own count would make it look idle. Used
 * by one event loop.
 */
final class Reporting {
  private static final Logger LOG = LoggerFactory.getLogger(Reporting.class);

  /** Reports of one service spread over this at first. */
  private static final Duration FIRST = Duration.ofMillis(500);

  /** One that does not report is asked again no later than this. */
  private static final Duration AGAIN = Duration.ofSeconds(5);

  /** Intervals differ by so much of themselves, so that they spread out. */
  private static final double JITTER = 0.1;

  private final Prober prober;
  private final Meters meters;
  private final Health.Watched watched;
  private final LoadReports policy;
  private final List<Asked> asked = new ArrayList<>();
  private boolean stopped;

  Reporting(Prober prober, Meters meters, Health.Watched watched, LoadReports policy) {
    this.prober = prober;
    this.meters = meters;
    this.watched = watched;
    this.policy = policy;
    Set<LiveBackend> takers = Set.copyOf(watched.balancer().takers());
    watched
        .balancer()
        .forEach((live, backend) -> {
          if (takers.contains(live)) {
            asked.add(new Asked(live, backend));
          }
        });
  }

  /** Whether it asks these. */
  boolean asks(Health.Watched other) {
    return watched.balancer() == other.balancer() && watched.upstream() == other.upstream();
  }

  /**
   * Begins to ask.
   *
   * @param before what was asked until now, and is stopped; its reports count on
   */
  void start(@Nullable Reporting before) {
    if (before != null && before.policy.equals(policy)) {
      asked.forEach(one -> one.others = before.othersAt(one.live));
      compare();
    }
    Duration spread = policy.cacheTtl().compareTo(FIRST) < 0 ? policy.cacheTtl() : FIRST;
    asked.forEach(
        one -> one.schedule((long) (spread.toNanos() * ThreadLocalRandom.current().nextDouble())));
  }

  /** Asks no more; own counts are compared. */
  void stop() {
    stopped = true;
    asked.forEach(Asked::stop);
  }

  private @Nullable Integer othersAt(LiveBackend live) {
    return asked.stream()
        .filter(one -> one.live == live && one.others != null)
        .findFirst()
        .map(one -> one.others)
        .orElse(null);
  }

  private void compare() {
    boolean all =
        asked.stream().allMatch(one -> one.others != null || one.live.state() != State.UP);
    for (Asked one : asked) {
      one.live.correct(all && one.others != null ? one.others : 0);
    }
  }

  /** One backend, asked again and again. */
  private final class Asked {
    private final LiveBackend live;
    private final Backend backend;
    private @Nullable Future<?> timer;
    private @Nullable ProbeRun run;

    /** What we had there when it was asked. */
    private int ours;

    /** What others have there: its report without ours. Null for none that counts. */
    private @Nullable Integer others;

    private boolean warned;

    Asked(LiveBackend live, Backend backend) {
      this.live = live;
      Integer port = policy.port();
      this.backend = port == null ? backend : backend.withPort(port);
    }

    void schedule(long delay) {
      timer = prober.loop().schedule(this::ask, delay, TimeUnit.NANOSECONDS);
    }

    void stop() {
      if (timer != null) {
        timer.cancel(false);
      }
      if (run != null) {
        run.cancel();
      }
      live.correct(0);
    }

    private void ask() {
      ours = live.load();
      Upstream upstream = watched.upstream();
      ProbeRun next =
          new ProbeRun(prober, upstream, backend, policy.timeout(), this::begin, this::onResult);
      run = next;
      next.start();
    }

    private void begin(ProbeRun asking, BackendConnection connection) {
      new ReportProbe(asking, connection, policy, load -> others = load - ours).start();
    }

    private void onResult(@Nullable String failure) {
      run = null;
      if (stopped) {
        return;
      }
      if (failure != null) {
        others = null;
      }
      tell(failure);
      compare();
      Duration interval = policy.cacheTtl();
      if (failure != null && interval.compareTo(AGAIN) > 0) {
        interval = AGAIN;
      }
      double jitter = 1 + JITTER * (2 * ThreadLocalRandom.current().nextDouble() - 1);
      schedule((long) (interval.toNanos() * jitter));
    }

    /** Once for each time that it begins, and ends. */
    private void tell(@Nullable String failure) {
      meters.loadReport(live.service(), live.address(), failure == null);
      if (failure != null && !warned) {
        LOG.warn(
            "service {}: backend {} does not report its load ({}); while it is up, own counts are"
                + " compared",
            live.service(),
            live.address(),
            failure);
      } else if (failure == null && warned) {
        LOG.info("service {}: backend {} reports its load again", live.service(), live.address());
      }
      warned = failure != null;
    }
  }
}
