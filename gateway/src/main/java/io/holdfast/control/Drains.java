package io.holdfast.control;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.LiveBackends;
import io.holdfast.lifecycle.Drain;
import io.holdfast.lifecycle.Pace;
import io.holdfast.lifecycle.Progress;
import io.holdfast.lifecycle.Rebalance;
import io.holdfast.listen.RelayStory;
import io.holdfast.model.Capacity;
import io.holdfast.model.Capacity.WhenFull;
import io.holdfast.model.HandshakePacing;
import io.holdfast.model.MigrationPolicy;
import io.holdfast.model.OnUnhealthy;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import io.holdfast.relay.MoveOutcome;
import io.holdfast.relay.Relay;
import io.holdfast.relay.RelayLoop;
import java.time.Duration;
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

  /** How often is looked whether something is still on its way. */
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(10);

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
    Drain drain =
        drain(gone, service, pace, moves ? Set.of() : null, progress).sparing(of(gone::spares));
    Drain fit = unhealthy && moves ? drain.leavingTheRest() : drain;
    BooleanSupplier expected = unhealthy ? () -> false : handshakes(gone, service);
    return start(gone, progress, () -> fit.run(loops, expected));
  }

  /**
   * One that has not begun.
   *
   * @param without where relays are not to move; null to end them
   */
  private static Drain drain(
      Gone gone,
      Service service,
      Pace pace,
      @Nullable Set<LiveBackend> without,
      Progress progress) {
    return new Drain(
            of(gone.relays(service)),
            pace,
            service.drain().code(),
            gone.reason(service),
            without == null ? null : (relay, told) -> move(relay, without, told),
            progress)
        .tryingFor(service.drain().deadline());
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

  /**
   * Begins to take from a group what it has above its share of a service's relays, once nothing is
   * on its way there any more. Unlike {@link #rebalance}, it asks neither how the group is nor by
   * what its clients were chosen.
   *
   * @param service as it is in force
   */
  DrainRun spread(Service service, String group, Pace pace) {
    Gone gone = Gone.surplus(service.name(), group);
    Set<LiveBackend> own = Set.copyOf(live.of(service, group));
    Progress progress = reports.progress(service.name());
    Drain drain = drain(gone, service, pace, service.migration() == null ? null : own, progress);
    long most = System.nanoTime() + moving(service);
    return start(
        gone,
        progress,
        () -> {
          while (own.stream().anyMatch(LiveBackend::expects) && System.nanoTime() - most < 0) {
            TimeUnit.NANOSECONDS.sleep(LOOK);
          }
          drain.atMost(surplus(service, group)).run(loops, () -> false);
        });
  }

  /** How many relays a group has above its share. */
  int surplus(Service service, String group) {
    Map<String, Integer> shares = service.balance().groups();
    int whole = shares.values().stream().mapToInt(Integer::intValue).sum();
    if (whole == 0) {
      return 0;
    }
    int all = shares.keySet().stream().mapToInt(name -> relays(service, name)).sum();
    double due = all * (double) shares.getOrDefault(group, 0) / whole;
    return Math.max(0, relays(service, group) - (int) Math.ceil(due));
  }

  private int relays(Service service, String group) {
    return live.of(service, group).stream().mapToInt(LiveBackend::relays).sum();
  }

  /** Begins to see off all clients of the gateway, as a drain that is told of. */
  DrainRun startAll(Leaving.Departing departing) {
    Progress progress = reports.progress("");
    return start(Gone.gateway(), progress, () -> departing.run(progress));
  }

  private synchronized DrainRun add(Gone gone, Progress progress, DrainRun.Work work) {
    DrainRun run = new DrainRun(++ids, gone, progress, work, reports);
    all.add(run);
    List<DrainRun> over = all.stream().filter(DrainRun::isOver).toList();
    over.stream().limit(Math.max(0, over.size() - KEPT)).forEach(all::remove);
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

  private static Predicate<Relay> of(Predicate<RelayStory> which) {
    return relay -> relay.owner() instanceof RelayStory story && which.test(story);
  }

  private static void move(Relay relay, Set<LiveBackend> without, MoveOutcome told) {
    ((RelayStory) relay.owner()).move(relay, without, told);
  }

  /** All that run, and the last that have ended, oldest first. */
  List<DrainStatus> status() {
    return all.stream().map(DrainRun::status).toList();
  }

  /** How long a move to a backend may take that has answered its handshake. */
  private static long moving(Service service) {
    MigrationPolicy moves = service.migration();
    return moves == null ? 0 : moves.atMost().plus(moves.timeout().multipliedBy(3)).toNanos();
  }

  /** How long a request may wait before it has a backend, of those that there were when it came. */
  private static long waiting(Service service) {
    HandshakePacing turns = service.handshakes();
    Capacity places = service.capacity();
    long turn = turns.rate() == 0 ? 0 : turns.queueTimeout().toNanos();
    return places.whenFull() == WhenFull.QUEUE ? turn + places.queueTimeout().toNanos() : turn;
  }

  /** Whether handshakes of the old configuration, or moves, may still be under way. */
  private BooleanSupplier handshakes(Gone gone, Service service) {
    long start = System.nanoTime();
    long tries = service.retries().max() + 1L;
    Duration handshake = service.timeouts().connect().plus(service.timeouts().handshake());
    long unseen = JUST_BEFORE + (gone.isOut() ? waiting(service) : 0);
    long most = unseen + handshake.toNanos() * tries + moving(service);
    List<LiveBackend> sources =
        gone.sources(service).stream().map(b -> live.of(service.name(), b)).toList();
    return () -> {
      long age = System.nanoTime() - start;
      return age < unseen || (age < most && sources.stream().anyMatch(LiveBackend::expects));
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

  /** Stops one, if it runs; whether it did. */
  boolean stop(Gone gone) {
    DrainRun run = running.get(gone);
    if (run != null) {
      run.stop();
    }
    return run != null;
  }

  /** Stops all but that of the gateway itself. */
  void stopAll() {
    running.values().stream()
        .filter(run -> !run.gone().equals(Gone.gateway()))
        .forEach(DrainRun::stop);
  }
}
