package io.holdfast.listen;

import io.holdfast.observe.LoopMeters;
import io.holdfast.observe.Meters;
import io.holdfast.observe.Traffic;
import io.holdfast.relay.RelayLoop;
import io.holdfast.upstream.Connector;
import io.holdfast.upstream.Dialer;
import io.holdfast.upstream.HttpPool;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** An event loop and all that belongs to it alone. Only that event loop may use it. */
public final class Worker {
  private static final long PROBE = TimeUnit.SECONDS.toNanos(1);

  private final Loop eventLoop;
  private final RelayLoop relays;
  private final HttpPool pool = new HttpPool();
  private final Connector connector;
  private final Meters meters;
  private final LoopMeters loopMeters;
  private final Map<String, Traffic> traffic = new HashMap<>();

  /** Those that speak HTTP; a relay's are not among them. */
  private final Set<ClientConnection> clients = new HashSet<>();

  private boolean draining;

  Worker(Loop eventLoop, Dialer dialer, Meters meters) {
    this.eventLoop = eventLoop;
    this.meters = meters;
    this.relays = new RelayLoop(eventLoop);
    this.connector = new Connector(eventLoop, pool, dialer);
    this.loopMeters = meters.newLoop(eventLoop::connections, eventLoop::cpu);
    probe();
  }

  /** Measures how busy the loop is, and how late a timer comes: what every message waits then. */
  private void probe() {
    long due = System.nanoTime() + PROBE;
    eventLoop.schedule(
        () -> {
          loopMeters.delay(Math.max(0, System.nanoTime() - due));
          eventLoop.measure();
          probe();
        },
        PROBE,
        TimeUnit.NANOSECONDS);
  }

  /** The thread that owns it. */
  public EventLoop eventLoop() {
    return eventLoop;
  }

  /** Its relays. */
  public RelayLoop relays() {
    return relays;
  }

  /** A client connection is open. */
  void opened() {
    eventLoop.opened();
  }

  /** A client connection is closed. */
  void closed() {
    eventLoop.closed();
  }

  void add(ClientConnection client) {
    clients.add(client);
    if (draining) {
      eventLoop.execute(client::closeIfIdle);
    }
  }

  void remove(ClientConnection client) {
    clients.remove(client);
  }

  /** Lets no client connection stay for another request. */
  public void drainClients() {
    draining = true;
    List.copyOf(clients).forEach(ClientConnection::closeIfIdle);
  }

  /** Lets client connections stay again. */
  public void keepClients() {
    draining = false;
  }

  boolean draining() {
    return draining;
  }

  /** The way to backends. */
  Connector connector() {
    return connector;
  }

  HttpPool pool() {
    return pool;
  }

  Traffic traffic(String service) {
    return traffic.computeIfAbsent(service, meters::newTraffic);
  }
}
