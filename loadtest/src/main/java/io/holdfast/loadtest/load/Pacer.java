package io.holdfast.loadtest.load;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The open loop: messages become due at fixed times, over the open connections in turn. A loop that
 * is late makes up for it, and each message keeps the time at which it was due, so that waiting in
 * our own queue counts as latency (what is called correction for coordinated omission).
 */
final class Pacer {
  private static final long MIN_SLEEP_NANOS = 50_000;
  private static final int MAX_BURST = 4_096;

  private final EventLoop loop;
  private final Set<LoadConnection> open;
  private final double perNano;
  private final long start;
  private final List<LoadConnection> touched = new ArrayList<>();
  private List<LoadConnection> turn = List.of();
  private int at;
  private long done;
  private boolean stopped;

  /** A loop over {@code open}, which may change, at {@code perSecond}, from {@code start} on. */
  Pacer(EventLoop loop, Set<LoadConnection> open, double perSecond, long start, int phase) {
    this.loop = loop;
    this.open = open;
    this.perNano = perSecond / 1e9;
    // Loops take turns rather than fire together.
    this.start = start + (long) (phase * 1e9 / Math.max(1, perSecond) / 7);
  }

  void stop() {
    stopped = true;
  }

  /** Sends what is due, and comes back when more is. */
  void run() {
    if (stopped || perNano <= 0) {
      return;
    }
    long now = System.nanoTime();
    for (int i = 0; i < MAX_BURST && dueTime(done) - now <= 0; i++) {
      LoadConnection connection = nextConnection();
      if (connection == null) {
        // Nobody is left to send; the schedule goes on without these messages.
        done++;
        continue;
      }
      connection.due(dueTime(done++));
      if (connection.markForFlush()) {
        touched.add(connection);
      }
    }
    touched.forEach(LoadConnection::flush);
    touched.clear();
    long sleep = dueTime(done) - System.nanoTime();
    if (sleep <= 0) {
      loop.execute(this::run);
    } else {
      loop.schedule(this::run, Math.max(MIN_SLEEP_NANOS, sleep), TimeUnit.NANOSECONDS);
    }
  }

  private long dueTime(long message) {
    return start + (long) (message / perNano);
  }

  private @Nullable LoadConnection nextConnection() {
    if (at >= turn.size()) {
      turn = List.copyOf(open);
      at = 0;
    }
    while (at < turn.size()) {
      LoadConnection connection = turn.get(at++);
      if (open.contains(connection)) {
        return connection;
      }
    }
    return open.isEmpty() ? null : nextConnection();
  }
}
