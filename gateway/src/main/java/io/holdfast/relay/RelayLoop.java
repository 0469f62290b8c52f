package io.holdfast.relay;

import io.holdfast.observe.Unexpected;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All relays of one event loop, and their deadlines, on a timing wheel: a relay costs no timer of
 * its own, and a deadline that moves with every read costs nothing at the read. Deadlines are kept
 * to about {@link #TICK}, never early.
 *
 * <p>Only the event loop may call it, but for {@link #eventLoop()}, {@link #size()} and {@link
 * #time()}.
 */
public final class RelayLoop {
  static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int SLOTS = 512;

  /** Between two ticks; one that takes longer was held up by something. */
  private static final long LATE = 2 * TICK;

  private final EventLoop eventLoop;
  private final LongSupplier clock;

  /** Heads of lists linked through {@link Relay#next} and {@link Relay#previous}. */
  private final @Nullable Relay[] slots = new @Nullable Relay[SLOTS];

  private long now;
  private long lateAt;
  private long tick;
  private volatile int size;
  private boolean ticking;

  /** A wheel for {@code eventLoop}; ticks only while there are relays. */
  public RelayLoop(EventLoop eventLoop) {
    this(eventLoop, System::nanoTime);
  }

  RelayLoop(EventLoop eventLoop, LongSupplier clock) {
    this.eventLoop = eventLoop;
    this.clock = clock;
    now = clock.getAsLong();
    lateAt = now - TimeUnit.DAYS.toNanos(1);
    tick = now / TICK;
  }

  /** Whose relays these are. */
  public EventLoop eventLoop() {
    return eventLoop;
  }

  /** Relays at the moment; any thread may ask. */
  public int size() {
    return size;
  }

  /** {@link #time()} as of the last tick. */
  long now() {
    return now;
  }

  /**
   * When the last tick was that came late: until then the loop, or the whole process, may have
   * stood still, and what came meanwhile was not heard or is counted as of before.
   */
  long lateAt() {
    long time = time();
    return time - now > LATE ? time : lateAt;
  }

  /** Nanoseconds as of {@link System#nanoTime()}. */
  long time() {
    return clock.getAsLong();
  }

  /** Calls {@code action} for every relay; it may end them. */
  public void forEach(Consumer<Relay> action) {
    for (int slot = 0; slot < SLOTS; slot++) {
      for (Relay relay = slots[slot]; relay != null; ) {
        Relay next = relay.next;
        action.accept(relay);
        relay = next;
      }
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void add(Relay relay, long deadline) {
    if (!ticking) {
      ticking = true;
      now = time();
      tick = now / TICK;
      eventLoop.schedule(this::tick, TICK, TimeUnit.NANOSECONDS);
    }
    size++;
    link(relay, deadline);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void remove(Relay relay) {
    size--;
    unlink(relay);
  }

  /** Visits {@code relay} no later than {@code deadline}. */
  void reschedule(Relay relay, long deadline) {
    unlink(relay);
    link(relay, deadline);
  }

  private void tick() {
    long before = now;
    now = time();
    if (now - before > LATE) {
      lateAt = now;
    }
    long last = now / TICK;
    // After a stall of a whole turn every slot is due, once.
    tick = Math.max(tick, last - SLOTS);
    while (tick < last) {
      visit(Math.floorMod(++tick, SLOTS));
    }
    if (size > 0) {
      eventLoop.schedule(this::tick, TICK, TimeUnit.NANOSECONDS);
    } else {
      ticking = false;
    }
  }

  private void visit(int slot) {
    // None that is due again comes back to this slot, and one visit may end others.
    for (Relay relay = slots[slot]; relay != null; relay = slots[slot]) {
      unlink(relay);
      long deadline = relay.deadline <= now ? visit(relay) : relay.deadline;
      if (relay.slot == Relay.NO_SLOT && !relay.ended()) {
        link(relay, deadline);
      }
    }
  }

  /** One relay's mishap must not stop the clocks of all others. */
  private long visit(Relay relay) {
    try {
      return relay.visit(now);
    } catch (RuntimeException e) {
      Unexpected.report(e);
      return now + SLOTS * TICK;
    }
  }

  private void link(Relay relay, long deadline) {
    relay.deadline = deadline;
    long due = Math.max(tick + 1, deadline / TICK + 1);
    int slot = Math.floorMod(Math.min(due, tick + SLOTS - 1), SLOTS);
    Relay head = slots[slot];
    relay.slot = slot;
    relay.next = head;
    relay.previous = null;
    if (head != null) {
      head.previous = relay;
    }
    slots[slot] = relay;
  }

  private void unlink(Relay relay) {
    if (relay.slot == Relay.NO_SLOT) {
      return;
    }
    Relay next = relay.next;
    Relay previous = relay.previous;
    if (previous == null) {
      slots[relay.slot] = next;
    } else {
      previous.next = next;
    }
    if (next != null) {
      next.previous = previous;
    }
    relay.next = null;
    relay.previous = null;
    relay.slot = Relay.NO_SLOT;
  }
}
