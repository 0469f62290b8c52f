package io.holdfast.control;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.LiveBackends;
import io.holdfast.lifecycle.Drain;
import io.holdfast.lifecycle.Pace;
import io.holdfast.lifecycle.Progress;
import io.holdfast.lifecycle.Rebalance;
import io.holdfast.listen.RelayStory;
import io.holdfast.model.OnUnhealthy;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import io.holdfast.relay.MoveOutcome;
import io.holdfast.relay.Relay;
import io.holdfast.relay.RelayLoop;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Drains and rebalancings, each on a thread of its own. Thread-safe. */
final class Drains {
  /** A request may have found its route just before, and not yet its backend. */
  private static final long JUST_BEFORE = TimeUnit.MILLISECONDS.toNanos(500);

  /** Finished ones that are still told of. */
  private static final int KEPT = 100;

  private final LiveBackends live;
  private final List<RelayLoop> loops;
  private final DrainReports reports;
  private final ConcurrentMap<Gone, DrainRun> running = new ConcurrentHashMap<>();
  private final Deque<DrainRun> all = new ConcurrentLinkedDeque<>();
  private long ids;

  Drains(LiveBackends live, List<RelayLoop> loops, DrainReports reports) {
    this.live = live;
    this.loops = List.copyOf(loops);
    this.reports = reports;
  }

  /**
   * Begins to drain, at the service's pace.
   *
   * @param service whose policy it is, as it was before
   */
  void start(Gone gone, Service service) {
    start(gone, service, Pace.of(service.drain()));
  }

  /** Begins to drain. */
  DrainRun start(Gone gone, Service service, Pace pace) {
    boolean unhealthy = gone.cause() == Gone.Cause.UNHEALTHY;
    boolean moves = service.migration() != null && gone.cause() != Gone.Cause.ROUTE;
    if (unhealthy) {
      moves = service.drain().onUnhealthy() == OnUnhealthy.MOVE;
    }
    Progress progress = reports.progress(service.name());
    Predicate<RelayStory> its = gone.relays(service);
    Drain drain =
        new Drain(
            relay -> relay.owner() instanceof RelayStory story && its.test(story),
            pace,
            service.drain().code(),
            gone.reason(service),
            moves ? (relay, told) -> move(relay, Set.of(), told) : null,
            progress);
    Drain fit = unhealthy && moves ? drain.leavingTheRest() : drain;
    BooleanSupplier expected = unhealthy ? () -> false : handshakes(service);
    return start(gone, progress, () -> fit.run(loops, expected));
  }

  /**
   * Begins to spread a service's relays anew.
   *
   * @param balancer of the service as it is configured now
   */
  void rebalance(Service service, double rate, Supplier<@Nullable Balancer> balancer) {
    Progress progress = reports.progress(service.name());
    Rebalance rebalance =
        new Rebalance(
            balancer,
            (relay, of) -> relay.owner() instanceof RelayStory story && story.backend() == of,
            service.migration() == null ? null : Drains::move,
            rate,
            progress);
    start(Gone.surplus(service.name()), progress, () -> rebalance.run(loops));
  }

  /** Has all clients of the gateway seen off, as a drain that is told of. */
  void last(Control.Departing departing) {
    Progress progress = reports.progress("");
    add(Gone.gateway(), progress, () -> departing.run(progress)).run();
  }

  private synchronized DrainRun add(Gone gone, Progress progress, DrainRun.Work work) {
    DrainRun run = new DrainRun(++ids, gone, progress, work, reports);
    all.add(run);
    if (all.size() > KEPT) {
      all.poll();
    }
    return run;
  }

  private synchronized DrainRun start(Gone gone, Progress progress, DrainRun.Work work) {
    DrainRun run = add(gone, progress, work);
    DrainRun before = running.put(gone, run);
    if (before != null) {
      before.stop();
    }
    run.start(() -> running.remove(gone, run));
    return run;
  }

  private static void move(Relay relay, Set<LiveBackend> without, MoveOutcome told) {
    ((RelayStory) relay.owner()).move(relay, without, told);
  }

  /** All that run, and the last that have ended, oldest first. */
  List<DrainStatus> status() {
    return all.stream().map(DrainRun::status).toList();
  }

  /** Whether handshakes of the old configuration may still be under way. */
  private BooleanSupplier handshakes(Service service) {
    long start = System.nanoTime();
    long tries = service.retries().max() + 1L;
    long most = service.timeouts().connect().plus(service.timeouts().handshake()).toNanos() * tries;
    return () -> {
      long age = System.nanoTime() - start;
      return age < JUST_BEFORE
          || (age < most
              && service.backends().stream()
                  .anyMatch(b -> live.of(service.name(), b).pending() > 0));
    };
  }

  /** Stops those whose backend or route is back. */
  void stopWhatIsIn(Snapshot snapshot) {
    for (Map.Entry<Gone, DrainRun> drain : running.entrySet()) {
      if (drain.getKey().isIn(snapshot)) {
        drain.getValue().stop();
      }
    }
  }

  /** Stops one, if it runs. */
  void stop(Gone gone) {
    DrainRun run = running.get(gone);
    if (run != null) {
      run.stop();
    }
  }

  /** Stops all. */
  void stopAll() {
    running.values().forEach(DrainRun::stop);
  }
}
