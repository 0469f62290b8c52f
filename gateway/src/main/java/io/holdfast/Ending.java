package io.holdfast;

import io.holdfast.admin.NotNow;
import io.holdfast.control.BindFailure;
import io.holdfast.control.Control;
import io.holdfast.control.Deploys;
import io.holdfast.lifecycle.Pace;
import io.holdfast.lifecycle.Progress;
import io.holdfast.model.Shutdown;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the gateway comes to its end: not ready first, then no new clients, then every relay ends
 * with a Close 1001. What an operator has asked for can be taken back while anybody is left, what a
 * signal or a process that takes over wants cannot. Thread-safe.
 */
final class Ending {
  private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

  /** Who asked by the admin API for its end may look how that went, a few times a second. */
  private static final long LAST_LOOK_MILLIS = 600;

  private static final String GONE = "All clients are gone, and the gateway ends.";

  private final DataPath path;
  private final Control control;
  private final Deploys deploys;
  private final Consumer<String> notReady;

  /** Never waited for without an interrupt by the thread that drains: a cancel waits for that. */
  private final Lock lock = new ReentrantLock();

  private volatile @Nullable Runnable onOver;

  /** By the admin API, be it an operator or a process that takes over. Guarded by the lock. */
  private boolean asked;

  private @Nullable Pace pace;
  private boolean draining;

  /** That it cannot be taken back, and why. Guarded by the lock. */
  private @Nullable String certain;

  private boolean replaced;

  /**
   * An end that nobody wants yet.
   *
   * @param notReady told why the gateway is not ready for clients; empty when it is
   */
  Ending(DataPath path, Control control, Deploys deploys, Consumer<String> notReady) {
    this.path = path;
    this.control = control;
    this.deploys = deploys;
    this.notReady = notReady;
  }

  /**
   * Begins to drain, for an operator. Where that has begun already it stays as it is.
   *
   * @param at which pace clients leave; null for the configured one
   */
  void ask(@Nullable Pace at) {
    lock.lock();
    try {
      if (!draining) {
        asked = true;
        pace = at;
        // While it is starting, nobody could end it.
        if (onOver != null) {
          begin(true);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #ask}, for a process that has taken over: at once, and for good. */
  void leave(@Nullable Pace at) {
    lock.lock();
    try {
      certain = "Another process has taken over.";
      replaced = true;
      ask(at);
    } finally {
      lock.unlock();
    }
  }

  /** Calls {@code action} when a drain is over that was asked for; one begins now if it was. */
  void onOver(Runnable action) {
    lock.lock();
    try {
      onOver = action;
      if (asked && !draining) {
        begin(true);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Drains, if that has not begun, and returns when it is over.
   *
   * @param paced false to end all relays at once
   */
  void await(boolean paced) throws InterruptedException {
    boolean watched;
    lock.lock();
    try {
      if (certain == null) {
        certain = "A signal has told the gateway to end.";
        if (draining) {
          LOG.info("a signal: the drain goes on, and cannot be taken back any more");
        }
      }
      if (!draining) {
        begin(paced);
      }
      watched = asked;
    } finally {
      lock.unlock();
    }
    control.leaving().join();
    if (watched) {
      TimeUnit.MILLISECONDS.sleep(LAST_LOOK_MILLIS);
    }
  }

  private void begin(boolean paced) {
    draining = true;
    notReady.accept("draining");
    LOG.info("draining: not ready for new clients");
    Shutdown config = path.snapshot().shutdown();
    Duration delay = paced && !replaced ? config.readinessDelay() : Duration.ZERO;
    Pace most = pace == null ? new Pace(config.deadline(), OptionalDouble.empty()) : pace;
    control.leaving().depart(progress -> drain(delay, most, config.deadline(), paced, progress));
  }

  private void drain(Duration delay, Pace most, Duration rest, boolean paced, Progress progress)
      throws InterruptedException {
    boolean stopped = false;
    try {
      TimeUnit.NANOSECONDS.sleep(delay.toNanos());
      shut();
      path.departure().run(most, rest, paced, progress);
      settle();
    } catch (InterruptedException e) {
      stopped = true;
      throw e;
    } finally {
      Runnable action = onOver;
      if (!stopped && action != null) {
        action.run();
      }
    }
  }

  private void settle() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      certain = certain == null ? GONE : certain;
    } finally {
      lock.unlock();
    }
  }

  private void shut() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      deploys.close();
      if (certain == null) {
        control.leaving().shut();
      } else {
        control.close();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes back what an operator has asked for: the drain stops where it stands, and the gateway
   * serves as before.
   *
   * @throws NotNow when that cannot be; all goes on as it was then
   */
  void cancel() throws NotNow {
    lock.lock();
    try {
      if (draining) {
        stop();
      } else if (!asked) {
        throw new NotNow("The gateway does not drain.");
      }
      asked = false;
      pace = null;
    } catch (BindFailure e) {
      throw new NotNow("The drain goes on: " + e.getMessage() + ".");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotNow("The gateway is about to end.");
    } finally {
      lock.unlock();
    }
  }

  private void stop() throws NotNow, InterruptedException {
    if (certain != null) {
      throw new NotNow(certain);
    }
    if (path.lostLoop()) {
      throw new NotNow("An event loop has ended, which only a new start mends.");
    }
    if (control.leaving().isOver() || !control.leaving().reopen(path.departure()::takeBack)) {
      throw new NotNow(GONE);
    }
    deploys.reopen();
    draining = false;
    notReady.accept("");
    LOG.info("the drain is taken back: ready for new clients");
  }
}
