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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drains and rebalancings, each on a thread of its own. Thread-safe. */
final class Drains {
  private static final Logger LOG = LoggerFactory.getLogger(Drains.class);

  /** A request may have found its route just before, and not yet its backend. */
  private static final long JUST_BEFORE = TimeUnit.MILLISECONDS.toNanos(500);

  /** Finished ones that are still told of. */
  private static final int KEPT = 100;

  private record Run(long id, Gone gone, Service service, Progress progress, Thread thread) {}

  /** What a run does. */
  private interface Work {
    void run() throws InterruptedException;
  }

  private final LiveBackends live;
  private final List<RelayLoop> loops;
  private final ConcurrentMap<Gone, Run> running = new ConcurrentHashMap<>();
  private final Deque<Run> all = new ConcurrentLinkedDeque<>();
  private long ids;

  Drains(LiveBackends live, List<RelayLoop> loops) {
    this.live = live;
    this.loops = List.copyOf(loops);
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
  void start(Gone gone, Service service, Pace pace) {
    Progress progress = new Progress();
    boolean unhealthy = gone instanceof Gone.Unhealthy;
    boolean moves = service.migration() != null && !(gone instanceof Gone.OfRoute);
    if (unhealthy) {
      moves = service.drain().onUnhealthy() == OnUnhealthy.MOVE;
    }
    Drain drain =
        new Drain(
            relay -> relay.owner() instanceof RelayStory story && gone.has(story),
            pace,
            service.drain().code(),
            gone.reason(),
            moves ? (relay, told) -> move(relay, Set.of(), told) : null,
            progress);
    Drain fit = unhealthy && moves ? drain.leavingTheRest() : drain;
    BooleanSupplier expected = unhealthy ? () -> false : handshakes(service);
    start(gone, service, progress, () -> fit.run(loops, expected));
  }

  /**
   * Begins to spread a service's relays anew.
   *
   * @param balancer of the service as it is configured now
   */
  void rebalance(Service service, double rate, Supplier<@Nullable Balancer> balancer) {
    Progress progress = new Progress();
    Rebalance rebalance =
        new Rebalance(
            balancer,
            (relay, of) -> relay.owner() instanceof RelayStory story && story.backend() == of,
            service.migration() == null ? null : Drains::move,
            rate,
            progress);
    start(new Gone.Surplus(service.name()), service, progress, () -> rebalance.run(loops));
  }

  private synchronized void start(Gone gone, Service service, Progress progress, Work work) {
    long id = ++ids;
    Thread thread = Thread.ofVirtual().name("drain").unstarted(() -> run(id, gone, progress, work));
    Run run = new Run(id, gone, service, progress, thread);
    all.add(run);
    if (all.size() > KEPT) {
      all.poll();
    }
    stop(running.put(gone, run));
    thread.start();
  }

  private static void move(Relay relay, Set<LiveBackend> without, MoveOutcome told) {
    ((RelayStory) relay.owner()).move(relay, without, told);
  }

  private void run(long id, Gone gone, Progress progress, Work work) {
    try {
      work.run();
      progress.over(Progress.State.DONE);
      Progress.Now now = progress.now();
      LOG.info(
          "{} {} relays of {}: {} moved, {} ended, {} left, {} gone by themselves",
          gone instanceof Gone.Surplus ? "rebalanced" : "drained",
          now.found(),
          gone.what(),
          now.moved(),
          now.ended(),
          now.left(),
          now.gone());
    } catch (InterruptedException e) {
      progress.over(Progress.State.STOPPED);
      LOG.info(
          "{} of {} stopped", gone instanceof Gone.Surplus ? "rebalance" : "drain", gone.what());
    } finally {
      running.values().removeIf(run -> run.id() == id);
    }
  }

  /** All that run, and the last that have ended, oldest first. */
  List<DrainStatus> status() {
    return all.stream().map(Drains::status).toList();
  }

  private static DrainStatus status(Run run) {
    Progress.Now now = run.progress().now();
    return new DrainStatus(
        run.id(),
        run.service().name(),
        run.gone().backend(),
        run.gone().reason(),
        now.state().name().toLowerCase(Locale.ROOT),
        now.since(),
        now.found(),
        now.moved(),
        now.ended(),
        now.gone(),
        now.left(),
        now.toGo(),
        now.failures(),
        now.timeToGo().toMillis() / 1e3);
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
    for (Map.Entry<Gone, Run> drain : running.entrySet()) {
      if (drain.getKey().isIn(snapshot)) {
        stop(drain.getValue());
      }
    }
  }

  /** Stops one, if it runs. */
  void stop(Gone gone) {
    stop(running.get(gone));
  }

  /** Stops all. */
  void stopAll() {
    running.values().forEach(Drains::stop);
  }

  private static void stop(@Nullable Run run) {
    if (run != null) {
      run.thread().interrupt();
    }
  }
}
