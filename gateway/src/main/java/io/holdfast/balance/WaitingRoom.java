package io.holdfast.balance;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for a place at the full backends of one service, first come first served. Over all
 * reloads. Thread-safe.
 */
final class WaitingRoom {
  /** How one who waits gets a place. */
  interface Giver {
    /**
     * Takes a place there, if there is one for this waiter.
     *
     * @param promised whether it waits for that backend alone
     */
    @Nullable Lease place(LiveBackend at, boolean promised, Lease.Kind kind);
  }

  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private volatile Giver giver = (_, _, _) -> null;

  /** Spares the lock, for hardly ever does anybody wait. */
  private final AtomicInteger size = new AtomicInteger();

  /** One that waits. */
  final class Waiter implements Waiting {
    private final @Nullable LiveBackend only;
    private final Lease.Kind kind;
    private final Consumer<Lease> onPlace;

    private Waiter(@Nullable LiveBackend only, Lease.Kind kind, Consumer<Lease> onPlace) {
      this.only = only;
      this.kind = kind;
      this.onPlace = onPlace;
    }

    private @Nullable Lease place(LiveBackend at) {
      boolean fits = (only == null || only == at) && !at.isFull(kind);
      return fits ? giver.place(at, only != null, kind) : null;
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
   * @param kind of the place
   * @param onPlace hears of the place, once, in any thread
   */
  Waiting enter(@Nullable LiveBackend only, Lease.Kind kind, Consumer<Lease> onPlace) {
    Waiter waiter = new Waiter(only, kind, onPlace);
    synchronized (this) {
      waiters.add(waiter);
      size.incrementAndGet();
    }
    return waiter;
  }

  /** From now on: of the configuration in force, which may know other backends than the last. */
  void serveBy(Giver now) {
    giver = now;
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
      for (Iterator<Waiter> all = waiters.iterator();
          all.hasNext() && !backend.places().isFull(); ) {
        Waiter waiter = all.next();
        Lease lease = waiter.place(backend);
        if (lease != null) {
          all.remove();
          size.decrementAndGet();
          waiter.onPlace.accept(lease);
        }
      }
    }
  }
}
