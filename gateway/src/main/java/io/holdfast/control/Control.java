package io.holdfast.control;

import static java.util.Objects.requireNonNull;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.LiveBackends;
import io.holdfast.balance.Standing;
import io.holdfast.control.Plan.Step;
import io.holdfast.lifecycle.Pace;
import io.holdfast.lifecycle.Progress;
import io.holdfast.listen.Listeners;
import io.holdfast.listen.Routing;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import io.holdfast.observe.Meters;
import io.holdfast.relay.RelayLoop;
import io.holdfast.tls.TlsException;
import io.holdfast.upstream.Upstream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts configurations into force: read, validate, compare, plan, apply. A reload happens as a whole
 * or not at all. Blocks; any thread may call, one is served at a time.
 */
public final class Control implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Control.class);

  /** For how long reloads wait for a process that takes over. */
  private static final long HEIRS_TIME = TimeUnit.SECONDS.toNanos(10);

  private static final long BETWEEN_LOOKS = TimeUnit.MILLISECONDS.toNanos(50);

  private final ConfigSource source;
  private final LiveBackends live;
  private final Compiler compiler;
  private final Doors doors;
  private final AtomicReference<Routing> routing;
  private final Drains drains;
  private final Overrides overrides;
  private final Reactions reactions;
  private final Promises promises;
  private final Shares shares;
  private final Meters meters;
  private final Consumer<Snapshot> onApplied;
  private final Lock lock = new ReentrantLock();
  private @Nullable FileWatch watch;

  /** As the file has it, without what deploys have changed. Guarded by the lock. */
  private @Nullable Snapshot configured;

  private boolean closed;

  /** Whether another process is about to have the same addresses. Guarded by the lock. */
  private BooleanSupplier takingOver = () -> false;

  /**
   * A control of parts that are already there.
   *
   * @param state what outlives the process
   * @param routing what the data path reads; set here
   * @param timer calls later
   * @param onApplied called with each snapshot that comes into force after the first
   */
  public Control(
      ConfigSource source,
      LiveBackends live,
      StateFolder state,
      Listeners listeners,
      AtomicReference<Routing> routing,
      List<RelayLoop> loops,
      ScheduledExecutorService timer,
      Meters meters,
      Events events,
      Consumer<Snapshot> onApplied) {
    this.source = source;
    this.shares = new Shares(state);
    this.live = live;
    this.compiler = new Compiler(live, Secret.of(state));
    this.doors = new Doors(listeners);
    this.routing = routing;
    this.drains = new Drains(live, loops, new DrainReports(events, meters, timer));
    this.overrides = new Overrides(live, drains, state);
    this.reactions = new Reactions(drains, routing::get, timer);
    live.listen(reactions);
    this.promises = new Promises(live, state, () -> routing.get().snapshot());
    this.meters = meters;
    this.onApplied = onApplied;
  }

  /**
   * Puts the first configuration into force, and watches its file.
   *
   * @param shared addresses that another process has shared, and hands over
   * @throws BindFailure when a listener cannot be bound
   * @throws TlsException when a certificate or key cannot be used
   */
  public void start(Snapshot snapshot, Set<String> shared) throws InterruptedException {
    Doors.refuseTwins(snapshot.listeners());
    List<Listeners.Settings> settings = snapshot.listeners().stream().map(Doors::settings).toList();
    shares.restore();
    configured = snapshot;
    Routing first = compiler.compile(shares.apply(snapshot), null);
    promises.restore(snapshot);
    first.enforce();
    routing.set(first);
    overrides.restore();
    overrides.apply(snapshot);
    doors.open(settings, shared);
    if (source.file() != null) {
      watch = new FileWatch(source.file(), () -> reload("the file has changed"));
    }
  }

  /**
   * Reads the configuration again.
   *
   * @param why for the log
   */
  public ReloadOutcome reload(String why) {
    try {
      lockWithoutHeir();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return refused("interrupted");
    }
    try {
      LOG.info("reload: {}", why);
      ReloadOutcome outcome = tryReload();
      switch (outcome) {
        case ReloadOutcome.Applied applied -> {
          meters.reload(true);
          LOG.info("reload applied: {}", describe(applied.changes()));
        }
        case ReloadOutcome.Refused refused -> {
          meters.reload(false);
          refused.errors().forEach(error -> LOG.error("reload: {}", error.sentence()));
          LOG.error("reload refused: the old configuration stays in force");
        }
      }
      return outcome;
    } finally {
      lock.unlock();
    }
  }

  private void lockWithoutHeir() throws InterruptedException {
    long deadline = System.nanoTime() + HEIRS_TIME;
    lock.lock();
    while (!closed && takingOver.getAsBoolean() && System.nanoTime() - deadline < 0) {
      lock.unlock();
      TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS);
      lock.lock();
    }
  }

  private static String describe(List<String> changes) {
    return changes.isEmpty() ? "nothing has changed" : String.join("; ", changes);
  }

  private ReloadOutcome tryReload() {
    if (closed) {
      return refused("draining");
    }
    Routing before = routing.get();
    try {
      ConfigSource.Loaded loaded = source.load();
      Snapshot snapshot = shares.apply(loaded.snapshot());
      Doors.refuseTwins(snapshot.listeners());
      List<Listeners.Settings> settings =
          snapshot.listeners().stream().map(Doors::settings).toList();
      Routing after = compiler.compile(snapshot, before);
      Plan plan = Plan.between(before.snapshot(), snapshot);
      apply(plan, before, after, settings);
      configured = loaded.snapshot();
      loaded.warnings().forEach(w -> LOG.warn("{}", w));
      return new ReloadOutcome.Applied(plan.sentences());
    } catch (ConfigRejected e) {
      return new ReloadOutcome.Refused(e.problems());
    } catch (BindFailure | TlsException e) {
      return refused(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return refused("interrupted");
    } catch (RuntimeException e) {
      LOG.error("reload failed", e);
      return refused("failed for a reason that the gateway's log tells: " + e);
    }
  }

  private ReloadOutcome refused(String message) {
    String name = source.file() == null ? "command line" : source.file().toString();
    return new ReloadOutcome.Refused(List.of(new ReloadOutcome.Problem(name, 0, 0, "", message)));
  }

  /** The first step may fail and leaves nothing behind then; the others cannot. */
  private void apply(Plan plan, Routing before, Routing after, List<Listeners.Settings> settings)
      throws InterruptedException {
    List<Step.Bind> binds = plan.all(Step.Bind.class);
    doors.change(
        settings.stream()
            .filter(s -> binds.stream().anyMatch(b -> b.listener().equals(s.listener())))
            .toList(),
        plan.all(Step.Unbind.class).stream().map(Step.Unbind::listener).toList());
    routing.set(after);
    after.enforce();
    overrides.apply(after.snapshot());
    settings.forEach(doors::change);
    drains.stopWhatIsIn(after.snapshot());
    reactions.added(before, after);
    for (Step.DropBackend step : plan.all(Step.DropBackend.class)) {
      drains.start(
          new Gone(Gone.Cause.REMOVED, step.service().name(), step.address()), step.service());
    }
    for (Step.DropRoute step : plan.all(Step.DropRoute.class)) {
      drains.start(
          new Gone(Gone.Cause.ROUTE, step.service().name(), step.route().name()), step.service());
    }
    onApplied.accept(after.snapshot());
  }

  /**
   * Has an operator say something of a backend, until it is cleared.
   *
   * @param backend its address, or host and port
   * @param service null for all that have it
   * @param pace of a drain; null for the service's own
   */
  public OverrideOutcome override(
      String backend, @Nullable String service, Standing.Word word, @Nullable Pace pace) {
    lock.lock();
    try {
      return OverrideOutcome.of(
          overrides.set(routing.get().snapshot(), backend, service, word, pace));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has an operator say something of all backends of a group, until it is cleared; a drain takes
   * them together.
   *
   * @param pace of a drain; null for the service's own
   */
  public OverrideOutcome overrideGroup(
      String service, String group, Standing.Word word, @Nullable Pace pace) {
    lock.lock();
    try {
      Service of = routing.get().snapshot().services().get(service);
      if (of == null || of.members(group).isEmpty()) {
        return new OverrideOutcome(List.of());
      }
      overrides.set(of, group, word, pace == null ? Pace.of(of.drain()) : pace);
      return OverrideOutcome.of(members(of, group));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Spreads a service's relays anew, at a pace.
   *
   * @param rate relays a second; null for the service's own
   * @return whether there is such a service, and its backends are not chosen by keys
   */
  public boolean rebalance(String service, @Nullable Double rate) {
    lock.lock();
    try {
      Balancer balancer = reactions.balancer(service);
      if (balancer == null || balancer.shares().isEmpty()) {
        return false;
      }
      reactions.rebalance(balancer.service(), rate);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** A service as it is now; null when there is none of that name. */
  @Nullable Service service(String name) {
    return routing.get().snapshot().services().get(name);
  }

  /** The shares of a service's groups by the file; none when there is no such service. */
  Map<String, Integer> fileShares(String service) {
    lock.lock();
    try {
      Service of = requireNonNull(configured).services().get(service);
      return of == null ? Map.of() : of.balance().groups();
    } finally {
      lock.unlock();
    }
  }

  /** How a service's backends are connected to; null when no route leads to it. */
  @Nullable Upstream upstream(String service) {
    return routing.get().targets().values().stream()
        .filter(t -> t.balancer().service().name().equals(service))
        .map(Routing.Target::upstream)
        .findFirst()
        .orElse(null);
  }

  /** The live state of a group's backends. */
  List<LiveBackend> members(Service service, String group) {
    return service.members(group).stream().map(b -> live.of(service.name(), b)).toList();
  }

  /**
   * Gives the groups of a service other shares of new clients than the file does.
   *
   * @param file the shares that the file must have, for others hold then
   * @param keep whether that outlives this process
   * @return false when there is no such service, or the file has other shares
   */
  boolean shift(String service, Map<String, Integer> file, Map<String, Integer> to, boolean keep) {
    lock.lock();
    try {
      Snapshot present = requireNonNull(configured);
      Service of = present.services().get(service);
      if (of == null || closed || !of.balance().groups().equals(file)) {
        return false;
      }
      shares.set(of, to, keep);
      Routing after = compiler.compile(shares.apply(present), routing.get());
      routing.set(after);
      after.enforce();
      onApplied.accept(after.snapshot());
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Begins to drain a group, which takes no clients until {@link #admit}. */
  DrainRun drain(Service service, String group, Pace pace) {
    lock.lock();
    try {
      return requireNonNull(overrides.set(service, group, Standing.Word.DRAIN, pace));
    } finally {
      lock.unlock();
    }
  }

  /** Lets a group take clients again that was drained. */
  void admit(Service service, String group) {
    lock.lock();
    try {
      overrides.admit(service, group);
    } finally {
      lock.unlock();
    }
  }

  /** Stops a rebalancing where it stands, if one runs. */
  public void stopRebalance(String service) {
    drains.stop(Gone.surplus(service));
  }

  /** How the clients of a gateway that ends are seen off. */
  @FunctionalInterface
  public interface Departing {
    /** Returns when all are gone, and keeps {@code progress} up to date. */
    void run(Progress progress) throws InterruptedException;
  }

  /**
   * Sees off all clients, and tells of it as of every drain. To be called when it is closed;
   * returns when that is over, or the thread is interrupted.
   */
  public void depart(Departing departing) {
    drains.last(departing);
  }

  /**
   * Lets another process of this user have the same addresses, and read what is promised; it then
   * tells this one to {@link #close}. Reloads wait meanwhile, lest both bind what is new.
   *
   * @param heir whether that process still means to; asked by any thread
   * @return them, as host and port of the configuration
   */
  public Set<String> share(BooleanSupplier heir) {
    lock.lock();
    try {
      takingOver = heir;
      promises.save();
      return doors.share();
    } finally {
      lock.unlock();
    }
  }

  /** Whether it is closed: nobody is accepted any more. */
  public boolean closed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Drains that run, and the last that have ended, oldest first. */
  public List<DrainStatus> drains() {
    return drains.status();
  }

  /** Addresses that are bound, in the configuration's order. */
  public List<InetSocketAddress> addresses() {
    lock.lock();
    try {
      return doors.addresses();
    } finally {
      lock.unlock();
    }
  }

  /** Accepts no more, reloads no more, and leaves all relays to whoever closes it. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      promises.close();
      drains.stopAll();
      if (watch != null) {
        watch.close();
      }
      doors.unbindAll();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
