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
  private final Deque<Waiter> waiters = new ArrayDeque<>();

  /** Those whose place is not a handshake's. Guarded by this. */
  private int others;

  /** Spares the lock, for hardly ever does anybody wait. */
  private final AtomicInteger size = new AtomicInteger();

  /** By the configuration in force; null before there is one. Guarded by this. */
  private @Nullable Giver giver;

  /** Gives places to those who wait. */
  interface Giver {
    /**
     * Takes a place.
     *
     * @param only whose place it must be, if it is still there; null for anyone's
     * @param at where there may be one
     * @return null when there is none for who waits so
     */
    @Nullable Lease give(@Nullable LiveBackend only, LiveBackend at, Lease.Kind kind);
  }

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
      Giver by = giver;
      return by == null || at.isFull(kind) ? null : by.give(only, at, kind);
    }

    @Override
    public boolean leave() {
      synchronized (WaitingRoom.this) {
        boolean waited = waiters.remove(this);
        if (waited) {
          count(this, -1);
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
      count(waiter, 1);
    }
    return waiter;
  }

  private void count(Waiter waiter, int change) {
    size.addAndGet(change);
    others += waiter.kind == Lease.Kind.HANDSHAKE ? 0 : change;
  }

  /** From now on also those who wait already get their places so. */
  synchronized void giveBy(Giver present) {
    giver = present;
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
      for (Iterator<Waiter> all = waiters.iterator(); all.hasNext() && mayServe(backend); ) {
        Waiter waiter = all.next();
        Lease lease = waiter.place(backend);
        if (lease != null) {
          all.remove();
          count(waiter, -1);
          waiter.onPlace.accept(lease);
        }
      }
    }
  }

  /** Whether there may be a place for anybody: all who wait need not be asked in a storm. */
  private boolean mayServe(LiveBackend backend) {
    return !backend.isFull(others > 0 ? Lease.Kind.EXCHANGE : Lease.Kind.HANDSHAKE);
  }
}
