package io.holdfast.balance;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for a place at the full backends of one service, first come first served. Over all
 * reloads. Thread-safe.
 */
final class WaitingRoom {
  private final Deque<Waiter> waiters = new ArrayDeque<>();

  /** Spares the lock, for hardly ever does anybody wait. */
  private final AtomicInteger size = new AtomicInteger();

  /** One that waits. */
  final class Waiter implements Waiting {
    private final @Nullable LiveBackend only;
    private final Function<LiveBackend, @Nullable Lease> take;
    private final Consumer<Lease> onPlace;

    private Waiter(
        @Nullable LiveBackend only,
        Function<LiveBackend, @Nullable Lease> take,
        Consumer<Lease> onPlace) {
      this.only = only;
      this.take = take;
      this.onPlace = onPlace;
    }

    @Override
    public boolean leave() {
      synchronized (WaitingRoom.this) {
        boolean waited = waiters.remove(this);
        if (waited) {
          size.decrementAndGet();
        }
        return waited;
      }
    }
  }

  /**
   * Waits behind all others.
   *
   * @param only whose place it must be; null for anyone's
   * @param take takes a place there, if there is one for this waiter
   * @param onPlace hears of the place, once, in any thread
   */
  Waiting enter(
      @Nullable LiveBackend only,
      Function<LiveBackend, @Nullable Lease> take,
      Consumer<Lease> onPlace) {
    Waiter waiter = new Waiter(only, take, onPlace);
    synchronized (this) {
      waiters.add(waiter);
      size.incrementAndGet();
    }
    return waiter;
  }

  /** How many wait. */
  int size() {
    return size.get();
  }

  /** There may be a place at {@code backend}: those who wait get it, as long as there is one. */
  void serve(LiveBackend backend) {
    // Whoever takes a place while it serves comes here again.
    if (size.get() == 0 || Thread.holdsLock(this)) {
      return;
    }
    synchronized (this) {
      for (Iterator<Waiter> all = waiters.iterator(); all.hasNext() && !backend.isFull(); ) {
        Waiter waiter = all.next();
        Lease lease =
            waiter.only == null || waiter.only == backend ? waiter.take.apply(backend) : null;
        if (lease != null) {
          all.remove();
          size.decrementAndGet();
          waiter.onPlace.accept(lease);
        }
      }
    }
  }
}
