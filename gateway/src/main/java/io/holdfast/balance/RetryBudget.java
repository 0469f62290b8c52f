package io.holdfast.balance;

import io.holdfast.model.Retries;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * How many requests may be sent a second time, so that retries do not multiply the load on a
 * service that is going down: a share of all requests over a window, or a few a second when there
 * are few. Thread-safe.
 */
public final class RetryBudget {
  private static final long WINDOW = 10_000_000_000L;
  private static final int WINDOW_SECONDS = 10;

  private record Window(long start, int requests, int retries) {}

  private final Retries config;
  private final LongSupplier clock;
  private final AtomicReference<Window> window;

  /** A full budget. */
  public RetryBudget(Retries config) {
    this(config, System::nanoTime);
  }

  RetryBudget(Retries config, LongSupplier clock) {
    this.config = config;
    this.clock = clock;
    window = new AtomicReference<>(new Window(clock.getAsLong(), 0, 0));
  }

  /** Counts a request, not its retries. */
  public void onRequest() {
    long now = clock.getAsLong();
    window.updateAndGet(w -> {
      Window current = current(w, now);
      return new Window(current.start, current.requests + 1, current.retries);
    });
  }

  /** Takes one retry, if there is one left. */
  public boolean tryRetry() {
    long now = clock.getAsLong();
    while (true) {
      Window seen = window.get();
      Window current = current(seen, now);
      long allowed =
          Math.max(
              (long) (current.requests * config.budget()),
              (long) config.minPerSecond() * WINDOW_SECONDS);
      if (current.retries >= allowed) {
        return false;
      }
      Window next = new Window(current.start, current.requests, current.retries + 1);
      if (window.compareAndSet(seen, next)) {
        return true;
      }
    }
  }

  /** Half of the last window's counts carry over, so that its end is no cliff. */
  private static Window current(Window w, long now) {
    long passed = now - w.start;
    if (passed < WINDOW) {
      return w;
    }
    boolean next = passed < 2 * WINDOW;
    return new Window(now, next ? w.requests / 2 : 0, next ? w.retries / 2 : 0);
  }
}
