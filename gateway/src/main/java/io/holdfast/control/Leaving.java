package io.holdfast.control;

import io.holdfast.lifecycle.Progress;
import org.jspecify.annotations.Nullable;

/**
 * How a gateway leaves its clients: it accepts no more and sees off those it has, which can be
 * taken back while any are left. Thread-safe; blocks.
 */
public final class Leaving {
  private final ChangeLock changes;
  private final Doors doors;
  private final Promises promises;
  private final Drains drains;
  private volatile @Nullable DrainRun run;

  /** How clients are seen off. */
  @FunctionalInterface
  public interface Departing {
    /** Returns when all are gone, and keeps {@code progress} up to date. */
    void run(Progress progress) throws InterruptedException;
  }

  Leaving(ChangeLock changes, Doors doors, Promises promises, Drains drains) {
    this.changes = changes;
    this.doors = doors;
    this.promises = promises;
    this.drains = drains;
  }

  /** Begins to see off all clients on a thread of its own, and tells of it as of every drain. */
  public void depart(Departing departing) {
    run = drains.startAll(departing);
  }

  /** Returns when all that {@link #depart} has begun is over. */
  public void join() throws InterruptedException {
    DrainRun last = run;
    if (last != null) {
      last.join();
    }
  }

  /** Whether all that {@link #depart} has begun is over. */
  public boolean isOver() {
    DrainRun last = run;
    return last == null || last.isOver();
  }

  /**
   * Stops where it stands what {@link #depart} has begun.
   *
   * @return false when it had come to its end
   */
  private boolean stop() throws InterruptedException {
    DrainRun last = run;
    if (last == null) {
      return false;
    }
    last.stop();
    last.join();
    return last.now().state() == Progress.State.STOPPED;
  }

  /** Accepts no more and reloads no more, until {@link #reopen}. Other drains go on. */
  public void shut() throws InterruptedException {
    try (ChangeLock.Turn _ = changes.take()) {
      changes.end();
      // The process may be killed before it has seen off the last.
      promises.save();
      doors.shut();
    }
  }

  /**
   * Stops where it stands what {@link #depart} has begun, and takes back what {@link #shut} has
   * done, if it was called.
   *
   * @param before called when nobody goes any more, and nobody new is there yet
   * @return false when all are gone already
   * @throws BindFailure when an address cannot be bound again
   */
  public boolean reopen(Runnable before) throws InterruptedException {
    try (ChangeLock.Turn _ = changes.take()) {
      // First what can fail: nobody has noticed anything then, and all goes on.
      doors.reopen();
      if (!stop()) {
        doors.unbindAll();
        return false;
      }
      before.run();
      doors.accept();
      changes.goOn();
      return true;
    }
  }
}
