package io.holdfast.balance;

import io.holdfast.model.Capacity;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** What is going on at one backend, and how much may be. Thread-safe. */
final class Places {
  private final LiveBackend backend;
  private final Slot slot;

  /** Who waits for a place. */
  private final WaitingRoom room;

  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger moves = new AtomicInteger();
  private final AtomicInteger relays = new AtomicInteger();
  private final AtomicInteger exchanges = new AtomicInteger();
  private final AtomicInteger load = new AtomicInteger();

  /** What stands in {@link #slot} beyond {@link #load}. */
  private int correction;

  private volatile Capacity capacity = Capacity.UNLIMITED;

  Places(LiveBackend backend, Slot slot, WaitingRoom room) {
    this.backend = backend;
    this.slot = slot;
    this.room = room;
  }

  int waiting() {
    return waiting.get();
  }

  int pending() {
    return pending.get();
  }

  int moves() {
    return moves.get();
  }

  int relays() {
    return relays.get();
  }

  int exchanges() {
    return exchanges.get();
  }

  int load() {
    return load.get();
  }

  /** As {@link LiveBackend#correct}. */
  void correct(int difference) {
    int bounded = Math.clamp(difference, -Slot.MOST / 2, Slot.MOST / 2);
    slot.add(bounded - correction);
    correction = bounded;
  }

  /** It may have so much at once from now on. */
  void limit(Capacity most) {
    capacity = most;
    refreshFlags();
    serve();
  }

  private boolean isLimited() {
    return capacity.connections() > 0 || capacity.pendingHandshakes() > 0;
  }

  /**
   * Takes a place of this kind.
   *
   * @return false when it has all that it may have; never is it given more
   */
  boolean take(Lease.Kind kind) {
    Capacity most = capacity;
    int here = count(kind).incrementAndGet();
    int all = load.incrementAndGet();
    slot.add(1);
    if (!isLimited()) {
      return true;
    }
    boolean beyond =
        (most.connections() > 0 && all > most.connections())
            || (kind == Lease.Kind.HANDSHAKE
                && most.pendingHandshakes() > 0
                && here > most.pendingHandshakes());
    if (beyond) {
      uncount(kind);
      // Meanwhile one that waits may have found it as full as this one did.
      onRoom();
    } else {
      refreshFlags();
    }
    return !beyond;
  }

  /** A place of this kind is given back. */
  void giveBack(Lease.Kind kind) {
    uncount(kind);
    onRoom();
  }

  private void uncount(Lease.Kind kind) {
    slot.add(-1);
    load.decrementAndGet();
    count(kind).decrementAndGet();
  }

  /** A place becomes one of another kind. */
  void change(Lease.Kind from, Lease.Kind to) {
    count(to).incrementAndGet();
    count(from).decrementAndGet();
    onRoom();
  }

  /**
   * A place is one of a pending handshake from now on.
   *
   * @param from what it was
   * @return false when there are as many as may be
   */
  boolean begin(Lease.Kind from) {
    int most = capacity.pendingHandshakes();
    if (pending.incrementAndGet() > most && most > 0) {
      pending.decrementAndGet();
      onRoom();
      return false;
    }
    count(from).decrementAndGet();
    onRoom();
    return true;
  }

  private void onRoom() {
    if (isLimited()) {
      refreshFlags();
      serve();
    }
  }

  /** Whether it has all that it may have. */
  boolean isFull() {
    int most = capacity.connections();
    return most > 0 && load.get() >= most;
  }

  /** Whether it has as many pending handshakes as it may have, which leaves room for others. */
  boolean isBusy() {
    int most = capacity.pendingHandshakes();
    return most > 0 && pending.get() >= most;
  }

  private void refreshFlags() {
    refresh(Slot.FULL, this::isFull);
    refresh(Slot.BUSY, this::isBusy);
  }

  /** Whoever writes the flag last has seen that it is right. */
  private void refresh(int flag, BooleanSupplier test) {
    boolean on;
    do {
      on = test.getAsBoolean();
      slot.flag(flag, on);
    } while (on != test.getAsBoolean());
  }

  private AtomicInteger count(Lease.Kind kind) {
    return switch (kind) {
      case WAITING -> waiting;
      case HANDSHAKE -> pending;
      case MOVE -> moves;
      case RELAY -> relays;
      case EXCHANGE -> exchanges;
    };
  }

  /** Those who wait get what room there is. */
  void serve() {
    room.serve(backend);
  }
}
