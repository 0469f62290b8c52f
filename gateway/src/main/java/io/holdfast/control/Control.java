package io.holdfast.control;

import static java.util.Objects.requireNonNull;

import io.holdfast.balance.LiveBackends;
import io.holdfast.control.Plan.Step;
import io.holdfast.discovery.Discovery;
import io.holdfast.listen.Listeners;
import io.holdfast.listen.Routing;
import io.holdfast.model.Snapshot;
import io.holdfast.observe.Meters;
import io.holdfast.relay.RelayLoop;
import io.holdfast.tls.TlsException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts configurations into force, and what is found of backends in them: read, validate, compare,
 * plan, apply. Each happens as a whole or not at all. Blocks; any thread may call, one is served at
 * a time.
 */
public final class Control implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Control.class);

  private final ConfigSource source;
  private final ChangeLock changes = new ChangeLock();
  private final InForce present;
  private final Doors doors;
  private final Drains drains;
  private final Overrides overrides;
  private final Changeover changeover;
  private final Addresses addresses;
  private final Promises promises;
  private final Operator operator;
  private final Groups groups;
  private final Leaving leaving;
  private final Meters meters;
  private final Discovery discovery;
  private @Nullable FileWatch watch;

  /** What the process before had found, if there was one. */
  private @Nullable Snapshot before;

  private final DiscoveryWatch discoveryWatch;

  /**
   * A control of parts that are already there.
   *
   * @param discovery finds backends by their names
   * @param state what outlives the process
   * @param routing what the data path reads; set here
   * @param timer calls later
   * @param onApplied called with each snapshot that comes into force after the first
   */
  public Control(
      ConfigSource source,
      Discovery discovery,
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
    this.discovery = discovery;
    this.addresses = new Addresses(state);
    this.present = new InForce(new Compiler(live, Secret.of(state)), new Shares(state), routing);
    this.doors = new Doors(listeners);
    this.drains = new Drains(live, loops, new DrainReports(events, meters, timer));
    this.overrides = new Overrides(live, drains, state);
    Reactions reactions = new Reactions(drains, present, timer);
    live.listen(reactions);
    this.changeover =
        new Changeover(live, addresses, present, overrides, drains, reactions, onApplied);
    this.discoveryWatch = new DiscoveryWatch(discovery, changes, present, changeover);
    this.promises = new Promises(live, state, present::snapshot);
    this.operator = new Operator(changes, present, overrides, reactions, drains, live);
    this.groups = new Groups(changes, present, overrides, drains, live, discoveryWatch, onApplied);
    this.leaving = new Leaving(changes, doors, promises, drains);
    this.meters = meters;
  }

  /**
   * Puts the first configuration into force, and watches its file.
   *
   * @param shared addresses that another process has shared, and hands over
   * @param beforeClients called when all is in force, and nobody has been accepted yet
   * @throws BindFailure when a listener cannot be bound
   * @throws TlsException when a certificate or key cannot be used
   */
  public void start(Snapshot snapshot, Set<String> shared, Runnable beforeClients)
      throws InterruptedException {
    Twins.refuse(snapshot.listeners());
    List<Listeners.Settings> settings = snapshot.listeners().stream().map(Doors::settings).toList();
    present.restore();
    discovery.remember(addresses.restore());
    before = discovery.known().in(snapshot);
    discovery.look(snapshot);
    discovery.forgetAllBut(snapshot);
    InForce.Next first = present.next(snapshot, discovery.known());
    promises.restore(snapshot);
    present.put(first);
    addresses.keep(first.found());
    takeUpKept();
    beforeClients.run();
    doors.open(settings, shared);
    if (source.file() != null) {
      watch = new FileWatch(source, this::onFileChange);
    }
    discoveryWatch.start();
  }

  /** What changes while all is shut is read when it is open again. */
  private void onFileChange() {
    if (!closed()) {
      reload("the file has changed");
    }
  }

  /** Takes up what operators have said to the process before since {@link #start} read it. */
  public void takeUpWords() {
    try (ChangeLock.Turn _ = changes.take()) {
      takeUpKept();
    }
  }

  private void takeUpKept() {
    overrides.restore();
    changeover.settle(requireNonNull(before), present.snapshot());
    overrides.apply(present.snapshot());
  }

  /**
   * Reads the configuration again.
   *
   * @param why for the log
   */
  public ReloadOutcome reload(String why) {
    discovery.hold();
    try {
      lookAhead();
      return reloadInTurn(why);
    } finally {
      discovery.letGo();
    }
  }

  private ReloadOutcome reloadInTurn(String why) {
    try (ChangeLock.Turn _ = changes.takeWithoutHeir()) {
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
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return refused("interrupted");
    }
  }

  /** Before the turn, for name servers may be slow, and others wait for theirs. */
  private void lookAhead() {
    if (closed()) {
      return; // what is not taken up must not count as read
    }
    try {
      discovery.look(source.load().snapshot());
    } catch (ConfigRejected | RuntimeException e) {
      LOG.debug("nothing is looked up: the reload will tell why", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String describe(List<String> changes) {
    return changes.isEmpty() ? "nothing has changed" : String.join("; ", changes);
  }

  private ReloadOutcome tryReload() {
    if (changes.over()) {
      return refused("draining");
    }
    try {
      ConfigSource.Loaded loaded = source.load();
      Twins.refuse(loaded.snapshot().listeners());
      Plan plan = apply(present.next(loaded.snapshot(), discovery.known()));
      discoveryWatch.wake();
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
    } finally {
      discovery.forgetAllBut(present.file());
    }
  }

  private ReloadOutcome refused(String message) {
    String name = source.file() == null ? "command line" : source.file().toString();
    return new ReloadOutcome.Refused(List.of(new ReloadOutcome.Problem(name, 0, 0, "", message)));
  }

  /** The first step may fail and leaves nothing behind then; the others cannot. */
  private Plan apply(InForce.Next next) throws InterruptedException {
    Snapshot after = next.routing().snapshot();
    Plan plan = Plan.between(present.snapshot(), after);
    List<Listeners.Settings> settings = after.listeners().stream().map(Doors::settings).toList();
    List<Step.Bind> binds = plan.all(Step.Bind.class);
    doors.change(
        settings.stream()
            .filter(s -> binds.stream().anyMatch(b -> b.listener().equals(s.listener())))
            .toList(),
        plan.all(Step.Unbind.class).stream().map(Step.Unbind::listener).toList());
    changeover.to(next, plan);
    settings.forEach(doors::change);
    return plan;
  }

  /** The hands of operators. */
  public Operator operator() {
    return operator;
  }

  /** The groups of services, for deploys. */
  Groups groups() {
    return groups;
  }

  /** How its clients are seen off. */
  public Leaving leaving() {
    return leaving;
  }

  /**
   * Lets another process of this user have the same addresses, and read what is promised; it then
   * tells this one to {@link #close}. Reloads wait meanwhile, lest both bind what is new.
   *
   * @param heir whether that process still means to; asked by any thread
   * @return them, as host and port of the configuration
   */
  public Set<String> share(BooleanSupplier heir) {
    try (ChangeLock.Turn _ = changes.take()) {
      changes.expect(heir);
      promises.save();
      return doors.share();
    }
  }

  /** Whether nobody is accepted any more: it is closed, or {@linkplain Leaving#shut shut}. */
  public boolean closed() {
    try (ChangeLock.Turn _ = changes.take()) {
      return changes.over();
    }
  }

  /** Addresses that are bound, in the configuration's order. */
  public List<InetSocketAddress> addresses() {
    try (ChangeLock.Turn _ = changes.take()) {
      return doors.addresses();
    }
  }

  /** Accepts no more, reloads no more, and leaves all relays to whoever closes it. */
  @Override
  public void close() {
    try (ChangeLock.Turn _ = changes.take()) {
      changes.end();
      promises.close();
      drains.stopAll();
      if (watch != null) {
        watch.close();
      }
      discoveryWatch.close();
      doors.unbindAll();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
