package io.holdfast.control;

import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.State;
import io.holdfast.balance.StateListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last changes of backends' states, and a way to wait for more. Thread-safe. */
public final class StateEvents implements StateListener {
  /** Who is slower than so many changes misses some. */
  private static final int KEPT = 1024;

  private final Deque<Event> last = new ArrayDeque<>();
  private long newest;

  /**
   * One change.
   *
   * @param id 1 for the first of this process, then one more each time
   * @param from as {@link State#word()}
   * @param to as {@link State#word()}
   * @param why for people
   */
  public record Event(
      long id, Instant at, String service, String backend, String from, String to, String why) {}

  @Override
  public synchronized void onChange(LiveBackend backend, State from, State to, String why) {
    newest++;
    last.add(
        new Event(
            newest,
            Instant.now(),
            backend.service(),
            backend.address(),
            from.word(),
            to.word(),
            why));
    if (last.size() > KEPT) {
      last.remove();
    }
    notifyAll();
  }

  /** Id of the newest; 0 for none. */
  public synchronized long newest() {
    return newest;
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
