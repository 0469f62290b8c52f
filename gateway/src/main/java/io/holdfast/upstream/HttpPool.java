package io.holdfast.upstream;

import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Idle backend connections of one event loop, the freshest first. Only that event loop may call it.
 */
public final class HttpPool {
  private static final int MAX_IDLE = 64;

  /** {@link Upstream} is compared by identity. */
  private record Key(Upstream upstream, String address) {}

  private record Idle(BackendConnection connection, long since, Future<?> expiry) {}

  private final Map<Key, Deque<Idle>> idle = new HashMap<>();
  private final LongSupplier clock;

  /** An empty pool. */
  public HttpPool() {
    this(System::nanoTime);
  }

  HttpPool(LongSupplier clock) {
    this.clock = clock;
  }

  /**
   * Takes a connection out.
   *
   * @param maxIdle nanoseconds; the longer one was idle, the likelier its backend is just closing
   *     it
   * @return null when there is none
   */
  public @Nullable BackendConnection take(Upstream upstream, String address, long maxIdle) {
    Key key = new Key(upstream, address);
    Deque<Idle> connections = idle.get(key);
    Idle freshest = connections == null ? null : connections.peekFirst();
    while (connections != null
        && freshest != null
        && clock.getAsLong() - freshest.since <= maxIdle) {
      connections.removeFirst();
      if (connections.isEmpty()) {
        idle.remove(key);
      }
      freshest.expiry.cancel(false);
      if (freshest.connection.isUsable()) {
        return freshest.connection;
      }
      freshest = connections.peekFirst();
    }
    return null;
  }

  /** Whether there may be a connection to take. */
  boolean has(Upstream upstream, String address) {
    return idle.containsKey(new Key(upstream, address));
  }

  /** Closes those that lead to none of {@code addresses}. */
  void retain(Upstream upstream, String address, Collection<InetSocketAddress> addresses) {
    Key key = new Key(upstream, address);
    Deque<Idle> connections = idle.get(key);
    if (connections == null) {
      return;
    }
    List<Idle> lost = connections.stream().filter(i -> !i.connection.leadsTo(addresses)).toList();
    for (Idle each : lost) {
      each.expiry.cancel(false);
      remove(key, each.connection);
    }
  }

  /** Keeps a connection for the next exchange, or closes it. */
  public void put(BackendConnection connection) {
    long keep = connection.upstream().service().timeouts().pool().toNanos();
    Key key = new Key(connection.upstream(), connection.address());
    if (keep == 0 || !connection.isUsable()) {
      connection.close();
      return;
    }
    Deque<Idle> connections = idle.computeIfAbsent(key, k -> new ArrayDeque<>());
    if (connections.size() >= MAX_IDLE) {
      connection.close();
      return;
    }
    connection.idle(() -> remove(key, connection));
    Future<?> expiry =
        connection
            .channel()
            .eventLoop()
            .schedule(() -> remove(key, connection), keep, TimeUnit.NANOSECONDS);
    connections.addFirst(new Idle(connection, clock.getAsLong(), expiry));
  }

  private void remove(Key key, BackendConnection connection) {
    Deque<Idle> connections = idle.get(key);
    if (connections != null && connections.removeIf(i -> i.connection == connection)) {
      connection.close();
      if (connections.isEmpty()) {
        idle.remove(key);
      }
    }
  }

  /** How many backends have a place in it. */
  int size() {
    return idle.size();
  }
}
