package io.holdfast.control;

import io.holdfast.lifecycle.Progress;
import io.holdfast.observe.Meters;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of drains in events, metrics and the log. Thread-safe. */
final class DrainReports {
  private static final Logger LOG = LoggerFactory.getLogger(DrainReports.class);
  private static final long EVERY_SECONDS = 1;

  private final Events events;
  private final Meters meters;
  private final ScheduledExecutorService timer;
  private final Map<DrainRun, Integer> toGo = new ConcurrentHashMap<>();

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

  /** Tells now, and once a second, how far a drain has come, until the answer is closed. */
  AutoCloseable watch(DrainRun run) {
    tell(run);
    Future<?> beat =
        timer.scheduleAtFixedRate(() -> tell(run), EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    return () -> beat.cancel(false);
  }

  private void tell(DrainRun run) {
    DrainStatus now = run.status();
    events.add("drain", now);
    toGo.put(run, now.toGo());
    count(now.service());
  }

  private void count(String service) {
    int all =
        toGo.entrySet().stream()
            .filter(e -> e.getKey().status().service().equals(service))
            .mapToInt(Map.Entry::getValue)
            .sum();
    meters.toDrain(service, all);
  }

  /** A drain is over. */
  void over(DrainRun run) {
    DrainStatus now = run.status();
    toGo.remove(run);
    count(now.service());
    events.add("drain", now);
    String verb = run.gone().verb();
    String what = run.gone().what();
    if (now.state().equals("stopped")) {
      LOG.info("{} of {} stopped", verb, what);
    } else {
      LOG.info(
          "{} {} relays of {}: {} moved, {} ended, {} left, {} gone by themselves",
          verb.equals("drain") ? "drained" : "rebalanced",
          now.found(),
          what,
          now.moved(),
          now.ended(),
          now.left(),
          now.gone());
    }
  }
}
