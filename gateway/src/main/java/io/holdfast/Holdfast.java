package io.holdfast;

import io.holdfast.balance.LiveBackends;
import io.holdfast.control.ConfigRejected;
import io.holdfast.control.ConfigSource;
import io.holdfast.control.Control;
import io.holdfast.control.Deploys;
import io.holdfast.control.Events;
import io.holdfast.control.ReloadOutcome;
import io.holdfast.control.StateFolder;
import io.holdfast.control.Status;
import io.holdfast.health.Ejections;
import io.holdfast.health.Health;
import io.holdfast.health.StateReports;
import io.holdfast.lifecycle.Pace;
import io.holdfast.listen.Listeners;
import io.holdfast.listen.Permits;
import io.holdfast.listen.Routing;
import io.holdfast.listen.Shared;
import io.holdfast.listen.Transports;
import io.holdfast.listen.Worker;
import io.holdfast.model.Shutdown;
import io.holdfast.model.Snapshot;
import io.holdfast.observe.Logging;
import io.holdfast.observe.Meters;
import io.holdfast.relay.RelayLoop;
import io.holdfast.upstream.Dialer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway as a whole: puts its parts together, starts them from the inside out and stops them
 * from the outside in.
 */
public final class Holdfast implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Holdfast.class);

  /** How much may wait for a slow reader, per direction of a relay. */
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(32 * 1024, 128 * 1024);

  /**
   * With any quiet period at all an event loop goes round once more after it has closed its
   * channels: the kernel has not yet let go of them then, and what it says later hits a loop that
   * is gone.
   */
  private static final long QUIET_MILLIS = 1;

  private static final long PATIENCE_MILLIS = 2000;

  /** Who asked by the admin API for its end may look how that went, a few times a second. */
  private static final long LAST_LOOK_MILLIS = 600;

  private final Meters meters = new Meters();
  private final LiveBackends live = new LiveBackends();
  private final Events events = new Events();
  private final AtomicReference<Routing> routing = new AtomicReference<>();
  private final Permits permits = new Permits();
  final EventLoopGroup group;
  private final Dialer dialer;
  private final Listeners listeners;
  private final Health health;
  private final List<RelayLoop> loops;
  private final Control control;
  private final Deploys deploys;
  private final Handover handover;
  private final AdminPlace admin;
  private volatile Runnable onShutdown = () -> {};

  /** At which pace its clients leave; null for the configured one. */
  private volatile @Nullable Pace departure;

  private volatile boolean watched;

  private volatile String notReady = "starting";

  private Holdfast(ConfigSource source, Snapshot snapshot) {
    Transports transports = Transports.choose(snapshot.transport());
    group = transports.newGroup(Runtime.getRuntime().availableProcessors());
    dialer =
        new Dialer(
            transports.dialling(),
            transports.socket(),
            transports.datagram(),
            snapshot.dns(),
            WATER_MARK);
    Shared shared =
        new Shared(
            routing::get,
            dialer,
            meters,
            Logging.accessLog(() -> snapshot().logs(), meters),
            permits,
            new Ejections(group.next()));
    listeners = new Listeners(transports, group, shared, WATER_MARK);
    health = new Health(listeners.workers().getFirst().eventLoop(), dialer, meters);
    live.listen(new StateReports(meters));
    live.listen(events);
    loops = listeners.workers().stream().map(Worker::relays).toList();
    StateFolder state = new StateFolder(snapshot.state());
    control =
        new Control(
            source,
            live,
            state,
            listeners,
            routing,
            loops,
            group.next(),
            meters,
            events,
            this::onApplied);
    deploys = new Deploys(control, health, state, events, meters);
    Operations operations =
        new Operations(
            this::notReadyReason,
            this::snapshot,
            new Status(live, loops),
            control,
            deploys,
            events,
            this::handover,
            this::onShutdownAsked);
    admin = new AdminPlace(operations, meters);
    handover = new Handover(control, deploys, state, admin, this::onShutdownAsked);
    LOG.info("transport {}, {} event loops", transports.name(), listeners.workers().size());
  }

  /**
   * Starts a gateway, and returns when it serves.
   *
   * @throws ConfigRejected when the configuration is wrong
   * @throws IOException when the admin listener cannot be bound
   * @throws RuntimeException when a listener cannot be bound or a certificate cannot be used, with
   *     a message for the user
   */
  public static Holdfast start(ConfigSource source)
      throws ConfigRejected, IOException, InterruptedException {
    return start(source, _ -> Takeover.ofNobody(), () -> {});
  }

  /**
   * Starts a gateway in the place of a running one, which drains then, and returns when it serves;
   * where none is running, as {@link #start(ConfigSource)}.
   *
   * @param before admin listener of the other one; null where the configuration has ours
   * @param serving called when all clients come here, before the other one may end
   * @throws ConfigRejected when the configuration is wrong
   * @throws IOException when the other one stays where it is, with the reason
   * @throws RuntimeException as of {@code start}
   */
  public static Holdfast takeOver(ConfigSource source, @Nullable URI before, Runnable serving)
      throws ConfigRejected, IOException, InterruptedException {
    return start(source, snapshot -> Takeover.begin(before, snapshot.admin()), serving);
  }

  @FunctionalInterface
  private interface Beginning {
    Takeover of(Snapshot snapshot) throws IOException, InterruptedException;
  }

  private static Holdfast start(ConfigSource source, Beginning beginning, Runnable serving)
      throws ConfigRejected, IOException, InterruptedException {
    ConfigSource.Loaded loaded = source.load();
    Logging.configure(loaded.snapshot().logs());
    loaded.warnings().forEach(w -> LOG.warn("{}", w));
    Holdfast holdfast = new Holdfast(source, loaded.snapshot());
    try {
      holdfast.start(loaded.snapshot(), beginning, serving);
    } catch (RuntimeException | IOException | InterruptedException e) {
      holdfast.close();
      throw e;
    }
    return holdfast;
  }

  private void start(Snapshot snapshot, Beginning beginning, Runnable serving)
      throws IOException, InterruptedException {
    try (Takeover takeover = beginning.of(snapshot)) {
      control.start(snapshot, takeover.addresses());
      health.watch(routing.get().watched());
      boolean later = takeover.holds(snapshot.admin());
      if (!later) {
        admin.open(snapshot.admin());
      }
      serving.run();
      takeover.complete();
      meters.reload(true);
      meters.registerJvm();
      addresses().forEach(a -> LOG.info("listening on {}", NetUtil.toSocketAddressString(a)));
      if (later) {
        admin.takeOver(snapshot.admin());
      }
      InetSocketAddress at = admin.address();
      if (at != null) {
        LOG.info("admin on http://{}", NetUtil.toSocketAddressString(at));
      }
      deploys.restore();
      notReady = "";
    }
  }

  private Handover handover() {
    return handover;
  }

  /** Has upgrades start the new process so; else there are none. */
  public void launchBy(Launcher launcher) {
    handover.launchBy(launcher);
  }

  private void onApplied(Snapshot snapshot) {
    Logging.configure(snapshot.logs());
    dialer.change(snapshot.dns());
    health.watch(routing.get().watched());
    admin.change(snapshot.admin());
  }

  /** Addresses that accept clients, in the configuration's order. */
  public List<InetSocketAddress> addresses() {
    return control.addresses();
  }

  /** Address of the admin listener; null when there is none. */
  public @Nullable InetSocketAddress adminAddress() {
    return admin.address();
  }

  /**
   * Calls {@code action} once when an event loop has ended though nobody stopped it: its
   * connections stand still, and the gateway had better be started anew. It is not ready from then
   * on.
   */
  public void onLost(Runnable action) {
    listeners.onLoopEnd(() -> {
      if (notReady.isEmpty()) {
        notReady = "an event loop has ended";
        LOG.error("an event loop has ended, and its connections with it");
        action.run();
      }
    });
  }

  /** Calls {@code action} when an operator wants it drained; {@link #shutdown} is the caller's. */
  public void onShutdown(Runnable action) {
    onShutdown = action;
  }

  private void onShutdownAsked(@Nullable Pace pace) {
    departure = pace;
    watched = true;
    onShutdown.run();
  }

  /** Why it is not ready for clients, such as {@code draining}; empty when it is. */
  String notReadyReason() {
    return notReady;
  }

  private Snapshot snapshot() {
    return routing.get().snapshot();
  }

  /**
   * Reads the configuration again.
   *
   * @param why for the log
   */
  public ReloadOutcome reload(String why) {
    return control.reload(why);
  }

  // Stopping.

  /**
   * Drains and stops: not ready first, then no new clients, then every relay ends with a Close
   * 1001. Returns when all is over, at the deadline at the latest.
   *
   * @param paced false to end all relays at once
   */
  public void shutdown(boolean paced) throws InterruptedException {
    Shutdown config = snapshot().shutdown();
    notReady = "draining";
    LOG.info("draining: not ready for new clients");
    if (paced && !handover.done()) {
      TimeUnit.NANOSECONDS.sleep(config.readinessDelay().toNanos());
    }
    deploys.close();
    control.close();
    Pace asked = departure;
    Pace pace = asked == null ? new Pace(config.deadline(), OptionalDouble.empty()) : asked;
    Departure leaving = new Departure(listeners, loops, permits);
    control.depart(progress -> leaving.run(pace, paced, progress));
    if (watched) {
      TimeUnit.MILLISECONDS.sleep(LAST_LOOK_MILLIS);
    }
    close();
  }

  /** Stops at once. */
  @Override
  public void close() {
    notReady = "stopped";
    deploys.close();
    control.close();
    health.close();
    group
        .shutdownGracefully(QUIET_MILLIS, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(2 * PATIENCE_MILLIS);
    dialer.close();
    admin.close();
    Logging.flush();
  }
}
