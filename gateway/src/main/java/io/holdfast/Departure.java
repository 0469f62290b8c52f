package io.holdfast;

import io.holdfast.lifecycle.Drain;
import io.holdfast.lifecycle.Pace;
import io.holdfast.lifecycle.Progress;
import io.holdfast.listen.Listeners;
import io.holdfast.listen.Permits;
import io.holdfast.listen.Worker;
import io.holdfast.relay.RelayLoop;
import io.holdfast.websocket.CloseCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the clients of a gateway that stops are seen off: nobody new, then every relay ends with a
 * Close 1001, until the deadline at the latest.
 *
 * @param permits of those that are still here
 */
record Departure(Listeners listeners, List<RelayLoop> loops, Permits permits) {
  private static final Logger LOG = LoggerFactory.getLogger(Departure.class);

  /** What is left before the deadline for Closes to reach those that became relays late. */
  private static final long LAST_CLOSES = TimeUnit.MILLISECONDS.toNanos(250);

  /**
   * Returns when all are gone. Listeners must be closed by then. An interrupt stops it where it
   * stands.
   *
   * @param most by when all are gone, and at most how many a second
   * @param rest without a deadline: how long others may stay when all relays have ended
   * @param paced false to end all relays at once
   * @param progress kept up to date
   */
  void run(Pace most, Duration rest, boolean paced, Progress progress) throws InterruptedException {
    all(Worker::drainClients);
    long deadline = System.nanoTime() + most.deadline().toNanos();
    // The last ones need time to answer their Close.
    Duration spread = most.deadline().multipliedBy(4).dividedBy(5);
    Pace pace = paced ? new Pace(spread, most.rate()) : Pace.AT_ONCE;
    gone(pace, progress).run(loops, () -> false);
    long end =
        most.deadline().equals(Pace.FOR_EVER) ? System.nanoTime() + rest.toNanos() : deadline;
    long last = end - Math.min(LAST_CLOSES, most.deadline().toNanos() / 10);
    gone(Pace.AT_ONCE, progress)
        .run(loops, () -> permits.inUse() > 0 && System.nanoTime() - last < 0);
    while (permits.inUse() > 0 && System.nanoTime() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    LOG.info("drained {} relays, {} connections left", progress.now().found(), permits.inUse());
  }

  /** Lets those stay who are still here, after {@link #run} was interrupted. */
  void takeBack() {
    all(Worker::keepClients);
  }

  private void all(Consumer<Worker> what) {
    listeners.workers().stream()
        .filter(w -> !w.eventLoop().isShuttingDown())
        .forEach(w -> w.eventLoop().execute(() -> what.accept(w)));
  }

  private static Drain gone(Pace pace, Progress progress) {
    return new Drain(
        relay -> true, pace, CloseCode.GOING_AWAY, "gateway shuts down", null, progress);
  }
}
