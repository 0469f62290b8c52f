package io.holdfast.lifecycle;

import io.holdfast.relay.MoveOutcome;
import io.holdfast.relay.Relay;
import io.holdfast.relay.RelayLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends relays at a pace, or moves them to other backends. What cannot be moved stays till the
 * deadline, tried again now and then, and ends there. Blocks, so run it on a virtual thread; an
 * interrupt stops it where it is.
 */
public final class Drain {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  /** How long a relay that came late may live. */
  private static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(100);

  /** How often is looked whether all are gone. */
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(10);

  /** How long after the deadline an event loop may take to send its Closes. */
  private static final long LAST_CLOSES = TimeUnit.MILLISECONDS.toNanos(250);

  /** How long one that is stopped waits for event loops that have something of it to do. */
  private static final long LAST_TASKS = TimeUnit.SECONDS.toNanos(1);

  /** Between two tries to move the same relay. */
  private static final long RETRY = TimeUnit.SECONDS.toNanos(1);

  /** Moves a relay. Called on its event loop. */
  public interface Mover {
    /** Begins; {@code told} hears what becomes of it. */
    void move(Relay relay, MoveOutcome told);
  }

  private final Finder finder;
  private final Pace pace;
  private final int code;
  private final String reason;
  private final @Nullable Mover mover;
  private final Progress progress;
  private boolean endsTheRest = true;
  private Duration tries = Pace.FOR_EVER;

  /** Those that are being moved or ended, or are about to be. */
  private final AtomicInteger underWay = new AtomicInteger();

  /** Those whose move has failed. */
  private final Queue<Relay> failed = new ConcurrentLinkedQueue<>();

  /**
   * A drain.
   *
   * @param which of all relays; asked on their event loops
   * @param pace how fast
   * @param code of the Closes
   * @param reason of the Closes
   * @param mover null to end all
   * @param progress is kept up to date
   */
  public Drain(
      Predicate<Relay> which,
      Pace pace,
      int code,
      String reason,
      @Nullable Mover mover,
      Progress progress) {
    this.finder = new Finder(which, mover != null);
    this.pace = pace;
    this.code = code;
    this.reason = reason;
    this.mover = mover;
    this.progress = progress;
  }

  /** The same, but what cannot be moved stays. */
  public Drain leavingTheRest() {
    endsTheRest = false;
    return this;
  }

  /** The same, but those stay that this has come to be true of. Asked on their event loops. */
  public Drain sparing(Predicate<Relay> those) {
    finder.spare(those);
    return this;
  }

  /** The same, but without a deadline what cannot be moved is tried for so long after the last. */
  public Drain tryingFor(Duration time) {
    tries = time;
    return this;
  }

  /** The same, but for so many alone. */
  public Drain atMost(int count) {
    finder.atMost(count);
    return this;
  }

  /**
   * Takes those that there are, then those that come late, such as of a handshake that was under
   * way, as they come. Returns when each has got its Close, is at another backend, or is left where
   * it is. An interrupt stops it: whom event loops were to end by then is ended and counted before
   * it is thrown, but a move that is under way is not waited for.
   *
   * @param expected whether some may still come; asked each time before it is looked for them, so
   *     that none slips through in between
   */
  public void run(List<RelayLoop> loops, BooleanSupplier expected) throws InterruptedException {
    try {
      takeThem(loops, expected);
    } catch (InterruptedException e) {
      awaitLastTasks(loops);
      throw e;
    }
  }

  private static void awaitLastTasks(List<RelayLoop> loops) {
    List<Future<?>> last = new ArrayList<>();
    for (RelayLoop loop : loops) {
      try {
        last.add(loop.eventLoop().submit(() -> {}));
      } catch (RejectedExecutionException e) {
        LOG.debug("an event loop has ended, and its relays with it", e);
      }
    }
    long end = System.nanoTime() + LAST_TASKS;
    for (Future<?> task : last) {
      task.awaitUninterruptibly(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
  }

  private void takeThem(List<RelayLoop> loops, BooleanSupplier expected)
      throws InterruptedException {
    long deadline = System.nanoTime() + pace.deadline().toNanos();
    boolean more = expected.getAsBoolean();
    takeAll(finder.find(loops), pace, deadline);
    if (pace.deadline().equals(Pace.FOR_EVER)) {
      deadline = System.nanoTime() + tries.toNanos();
    }
    tryAgain(deadline);
    while (more) {
      TimeUnit.NANOSECONDS.sleep(AGAIN);
      more = expected.getAsBoolean();
      takeAll(finder.find(loops), Pace.AT_ONCE, deadline);
      tryAgain(deadline);
    }
  }

  private void takeAll(List<Relay> relays, Pace at, long deadline) throws InterruptedException {
    progress.found(relays.size());
    String warning = at.warning(relays.size());
    if (warning != null) {
      LOG.warn("drain ({}): {}", reason, warning);
    }
    long interval = at.interval(relays.size());
    long start = System.nanoTime();
    progress.paceEndsAt(Math.min(deadline, start + relays.size() * interval));
    for (int i = 0; i < relays.size(); i++) {
      // Jitter within its own place keeps the rate and breaks the beat.
      long jitter = interval == 0 ? 0 : ThreadLocalRandom.current().nextLong(interval);
      Pace.waitUntil(Math.min(deadline, start + i * interval + jitter));
      begin(relays.get(i));
    }
  }

  /** Tries again what could not be moved, until there is no time left. */
  private void tryAgain(long deadline) throws InterruptedException {
    long next = System.nanoTime() + RETRY;
    while (!failed.isEmpty() || (underWay.get() > 0 && isAwaited(deadline))) {
      if (!failed.isEmpty()) {
        progress.paceEndsAt(deadline);
      }
      TimeUnit.NANOSECONDS.sleep(LOOK);
      boolean late = System.nanoTime() - deadline >= 0;
      if (late || System.nanoTime() - next >= 0) {
        next = System.nanoTime() + RETRY;
        for (int i = failed.size(); i > 0; i--) {
          Relay relay = failed.poll();
          if (relay != null) {
            if (late) {
              underWay.incrementAndGet();
              relay
                  .loop()
                  .eventLoop()
                  .execute(() -> {
                    endOrLeave(relay);
                    underWay.decrementAndGet();
                  });
            } else {
              begin(relay);
            }
          }
        }
      }
    }
  }

  /** Moves have a time limit of their own; Closes wait for nothing but an event loop that lives. */
  private boolean isAwaited(long deadline) {
    return mover != null || System.nanoTime() - deadline < LAST_CLOSES;
  }

  private void begin(Relay relay) {
    underWay.incrementAndGet();
    relay
        .loop()
        .eventLoop()
        .execute(() -> {
          if (mover == null || !finder.takes(relay)) {
            end(relay);
            underWay.decrementAndGet();
          } else {
            mover.move(relay, new Moving(relay));
          }
        });
  }

  private void endOrLeave(Relay relay) {
    if (endsTheRest) {
      end(relay);
    } else {
      progress.left();
    }
  }

  private void end(Relay relay) {
    if (relay.closing() || !finder.finds(relay)) {
      progress.gone();
    } else if (finder.spares(relay)) {
      progress.left();
    } else {
      progress.ended();
      relay.end(code, reason, reason);
    }
  }

  /** One relay that moves. */
  private final class Moving implements MoveOutcome {
    private final Relay relay;

    Moving(Relay relay) {
      this.relay = relay;
    }

    @Override
    public void onCommitted() {}

    @Override
    public void onMoved(long settleNanos, long stallNanos, boolean settled) {
      progress.moved();
      finder.forget(relay); // it may come back, when its new backend is lost
      underWay.decrementAndGet();
    }

    @Override
    public void onFailed(Failure failure) {
      switch (failure) {
        case BUSY_LEFT -> progress.left();
        case BUSY_CLOSED -> progress.ended();
        case ENDED -> onEnded();
        case IMMOVABLE -> endOrLeave(relay);
        default -> onNotMoved(failure);
      }
      underWay.decrementAndGet();
    }

    private void onNotMoved(Failure why) {
      progress.failed(why);
      if (endsTheRest) {
        failed.add(relay);
      } else {
        progress.left();
      }
    }

    /** Its own end, or another move's, such as after its backend was lost. */
    private void onEnded() {
      if (relay.closing()) {
        progress.gone();
      } else {
        failed.add(relay);
      }
    }
  }
}
