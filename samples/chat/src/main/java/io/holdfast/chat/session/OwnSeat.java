package io.holdfast.chat.session;

import io.holdfast.chat.message.Person;
import io.holdfast.chat.room.RoomStore;
import io.holdfast.chat.room.Seat;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Keeps the seat of a client that another node may go on with. Thread-safe. */
final class OwnSeat {
  /** For another node to go on with it before it is out of its rooms; longer than the server's. */
  private static final Executor GRACE = CompletableFuture.delayedExecutor(5, TimeUnit.SECONDS);

  private final String session;
  private final RoomStore store;
  private final AtomicBoolean left = new AtomicBoolean();

  OwnSeat(String session, RoomStore store) {
    this.session = session;
    this.store = store;
  }

  /** Whether it was left. */
  boolean left() {
    return left.get();
  }

  void keep(Person who, Map<String, Membership> memberships) {
    if (!left.get()) {
      Map<String, Long> rooms = new HashMap<>();
      memberships.forEach((room, membership) -> rooms.put(room, membership.last()));
      store.keep(session, new Seat(who, rooms, false));
    }
  }

  /** Sends nothing more of the rooms, and says how far it came. */
  void leave(Person who, Map<String, Membership> memberships) {
    if (left.getAndSet(true)) {
      return;
    }
    Map<String, Long> rooms = new HashMap<>();
    memberships.forEach((room, membership) -> rooms.put(room, membership.stop()));
    Seat seat = new Seat(who, rooms, true);
    store.keep(session, seat);
    GRACE.execute(() -> goOutUnlessMoved(seat));
  }

  private void goOutUnlessMoved(Seat seat) {
    store
        .seat(session)
        .thenAccept(now -> {
          if (now.isEmpty() || now.get().equals(seat)) {
            seat.rooms().keySet().forEach(room -> store.leave(room, seat.who()));
          }
        });
  }
}
