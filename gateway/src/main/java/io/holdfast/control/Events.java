package io.holdfast.control;

import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.State;
import io.holdfast.balance.StateListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The last things that have happened: changes of backends' states, drains and deploys; and a way to
 * wait for more. Thread-safe.
 */
public final class Events implements StateListener {
  /** Who is slower than so many misses some. */
  private static final int KEPT = 1024;

  private final Deque<Event> last = new ArrayDeque<>();

  /** Before the first: all of this process have greater ids than those of the one before. */
  private final long before = System.currentTimeMillis() * 1000;

  private long newest = before;

  /**
   * One thing that has happened.
   *
   * @param id one more each time, and more than all of the process before
   * @param kind {@code state}, {@code drain} or {@code deploy}
   * @param what a {@link StateChange}, {@link DrainStatus} or {@link DeployStatus}
   */
  public record Event(long id, Instant at, String kind, Record what) {}

  /**
   * A backend's state has changed.
   *
   * @param from as {@link State#word()}
   * @param to as {@link State#word()}
   * @param why for people
   */
  public record StateChange(String service, String backend, String from, String to, String why) {}

  @Override
  public void onChange(LiveBackend backend, State from, State to, String why) {
    add(
        "state",
        new StateChange(backend.service(), backend.address(), from.word(), to.word(), why));
  }

  synchronized void add(String kind, Record what) {
    newest++;
    last.add(new Event(newest, Instant.now(), kind, what));
    if (last.size() > KEPT) {
      last.remove();
    }
    notifyAll();
  }

  /** Id of the newest; {@link #before} for none. */
  public synchronized long newest() {
    return newest;
  }

  /** What is less than all ids of this process. */
  public long before() {
    return before;
  }

  /** Those that are kept of the ones after {@code id}, oldest first; waits for one. */
  public synchronized List<Event> after(long id, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (newest <= id) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return List.of();
      }
      wait(left);
    }
    return last.stream().filter(event -> event.id() > id).toList();
  }
}
