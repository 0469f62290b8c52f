package io.holdfast.control;

import io.holdfast.lifecycle.Progress;
import io.holdfast.lifecycle.Progress.State;
import java.util.Locale;

/** One drain or rebalancing, with its thread. Thread-safe. */
final class DrainRun {
  private final long id;
  private final Gone gone;
  private final Progress progress;
  private final Work work;
  private final DrainReports reports;
  private final Thread thread = Thread.ofVirtual().name("drain").unstarted(this::run);
  private volatile Runnable onEnd = () -> {};

  /** What it does. */
  @FunctionalInterface
  interface Work {
    /** Returns when all is done; an interrupt stops it where it is. */
    void run() throws InterruptedException;
  }

  /**
   * One that has not begun.
   *
   * @param progress that {@code work} keeps up to date
   */
  DrainRun(long id, Gone gone, Progress progress, Work work, DrainReports reports) {
    this.id = id;
    this.gone = gone;
    this.progress = progress;
    this.work = work;
    this.reports = reports;
  }

  /** Begins; {@code end} is called when it is over, however. */
  void start(Runnable end) {
    onEnd = end;
    thread.start();
  }

  /** Does it all, in the caller's thread. */
  void run() {
    State how = State.STOPPED;
    try (AutoCloseable _ = reports.watch(this)) {
      work.run();
      how = State.DONE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException("a drain failed", e);
    } finally {
      State last = how;
      reports.over(
          this,
          () -> {
            progress.over(last);
            onEnd.run();
          });
    }
  }

  /** Stops it where it stands. */
  void stop() {
    thread.interrupt();
  }

  /** Returns when it is over, and that is told. */
  void join() throws InterruptedException {
    thread.join();
  }

  /** How far it has come. */
  Progress.Now now() {
    return reports.look(progress::now);
  }

  boolean isOver() {
    return now().state() != State.RUNNING;
  }

  Gone gone() {
    return gone;
  }

  /** The same, for the API. */
  DrainStatus status() {
    Progress.Now now = now();
    return new DrainStatus(
        id,
        gone.service(),
        gone.backend(),
        gone.group(),
        gone.cause().reason(),
        now.state().name().toLowerCase(Locale.ROOT),
        now.since(),
        now.found(),
        now.moved(),
        now.ended(),
        now.gone(),
        now.left(),
        now.toGo(),
        now.failed(),
        now.failures(),
        now.timeToGo().toMillis() / 1e3);
  }
}
