package io.holdfast;

import io.holdfast.balance.LiveBackends;
import io.holdfast.discovery.Discovery;
import io.holdfast.discovery.dns.DnsLookup;
import io.holdfast.health.Ejections;
import io.holdfast.health.Health;
import io.holdfast.health.StateReports;
import io.holdfast.listen.Listeners;
import io.holdfast.listen.Permits;
import io.holdfast.listen.Routing;
import io.holdfast.listen.Shared;
import io.holdfast.listen.Transports;
import io.holdfast.listen.Worker;
import io.holdfast.model.Snapshot;
import io.holdfast.observe.Logging;
import io.holdfast.observe.Meters;
import io.holdfast.relay.RelayLoop;
import io.holdfast.upstream.Dialer;
import io.holdfast.upstream.Resolver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loops of a gateway, with all that runs on them. Thread-safe. */
final class DataPath implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataPath.class);

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

  final LiveBackends live = new LiveBackends();

  /** What is in force; nothing before it is set. */
  final AtomicReference<Routing> routing = new AtomicReference<>();

  final EventLoopGroup group;
  final Listeners listeners;
  final Health health;
  final Discovery discovery;
  final List<RelayLoop> loops;
  private final Permits permits = new Permits();
  private final Dialer dialer;
  private final DnsLookup lookup;

  /** Starts the event loops. */
  DataPath(Snapshot first, Meters meters) {
    Transports transports = Transports.choose(first.transport());
    group = transports.newGroup(Runtime.getRuntime().availableProcessors());
    dialer =
        new Dialer(
            transports.dialling(),
            transports.socket(),
            transports.datagram(),
            first.dns(),
            WATER_MARK);
    Ejections ejections = new Ejections(group.next());
    Shared shared =
        new Shared(
            routing::get,
            dialer,
            meters,
            Logging.accessLog(() -> snapshot().logs(), meters),
            permits,
            ejections);
    listeners = new Listeners(transports, group, shared, WATER_MARK);
    health = new Health(listeners.workers().getFirst().eventLoop(), dialer, meters);
    lookup =
        new DnsLookup(
            group.next(), new Resolver(transports.socket(), transports.datagram(), first.dns()));
    discovery = new Discovery(lookup, System::nanoTime);
    live.listen(new StateReports(meters));
    live.onForgotten(ejections::forget);
    live.onForgotten(gone -> meters.forgetBackend(gone.service(), gone.address()));
    loops = listeners.workers().stream().map(Worker::relays).toList();
    LOG.info("transport {}, {} event loops", transports.name(), listeners.workers().size());
  }

  Snapshot snapshot() {
    return routing.get().snapshot();
  }

  /** Probes what is in force. */
  void watch() {
    health.watch(routing.get().watched());
  }

  /** Takes up what a reload may change. */
  void change(Snapshot snapshot) {
    dialer.change(snapshot.dns());
    watch();
  }

  /** Whether an event loop has ended, and its connections with it. */
  boolean lostLoop() {
    return listeners.workers().stream().anyMatch(w -> w.eventLoop().isShuttingDown());
  }

  /** Clients that are still here, to be seen off. */
  Departure departure() {
    return new Departure(listeners, loops, permits);
  }

  /** Ends the event loops, and all connections with them. */
  @Override
  public void close() {
    health.close();
    group
        .shutdownGracefully(QUIET_MILLIS, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(2 * PATIENCE_MILLIS);
    dialer.close();
    lookup.close();
  }
}
