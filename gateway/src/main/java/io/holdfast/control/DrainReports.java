package io.holdfast.control;

import io.holdfast.lifecycle.Progress;
import io.holdfast.observe.Meters;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of drains in events, metrics and the log. Thread-safe: under its lock, lest the timer tells
 * of a drain after its end.
 */
final class DrainReports {
  private static final Logger LOG = LoggerFactory.getLogger(DrainReports.class);

  /** After this the first time: a drain that begins does not know yet how many there are. */
  private static final long FIRST_MILLIS = 50;

  private static final long EVERY_MILLIS = 1000;

  private final Events events;
  private final Meters meters;
  private final ScheduledExecutorService timer;
  private final Map<DrainRun, DrainStatus> running = new HashMap<>();

  /** Reports there; {@code timer} calls while a drain runs. */
  DrainReports(Events events, Meters meters, ScheduledExecutorService timer) {
    this.events = events;
    this.meters = meters;
    this.timer = timer;
  }

  /** A progress that is counted. */
  Progress progress(String service) {
    return new Progress(
        outcome -> meters.drained(service, outcome.name().toLowerCase(Locale.ROOT)));
  }

  /**
   * Tells now, in a moment, and then once a second, how far a drain has come, until the answer is
   * closed.
   */
  AutoCloseable watch(DrainRun run) {
    tell(run);
    Future<?> beat =
        timer.scheduleAtFixedRate(
            () -> tell(run), FIRST_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    return () -> beat.cancel(false);
  }

  private synchronized void tell(DrainRun run) {
    if (!run.isOver()) {
      DrainStatus now = run.status();
      events.add("drain", now);
      running.put(run, now);
      count(now.service());
    }
  }

  private void count(String service) {
    List<DrainStatus> its =
        running.values().stream().filter(now -> now.service().equals(service)).toList();
    meters.toDrain(
        service,
        its.stream().mapToInt(DrainStatus::toGo).sum(),
        its.stream().mapToDouble(DrainStatus::secondsToGo).max().orElse(0));
  }

  /** What is seen of a drain is seen before {@link #over} or after it. */
  synchronized <T> T look(Supplier<T> at) {
    return at.get();
  }

  /** A drain is over: {@code end} makes it so, and it is told. */
  synchronized void over(DrainRun run, Runnable end) {
    end.run();
    DrainStatus now = run.status();
    running.remove(run);
    count(now.service());
    events.add("drain", now);
    String verb = run.gone().verb();
    String what = run.gone().what();
    if (now.state().equals("stopped")) {
      LOG.info("{} of {} stopped", verb, what);
    } else {
      LOG.info(
          "{} {} relays of {}: {} moved, {} ended, {} left, {} gone meanwhile{}",
          verb.equals("drain") ? "drained" : "rebalanced",
          now.found(),
          what,
          now.moved(),
          now.ended(),
          now.left(),
          now.gone(),
          now.failuresInWords());
    }
  }
}
