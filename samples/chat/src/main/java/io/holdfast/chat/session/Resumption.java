package io.holdfast.chat.session;

import io.holdfast.chat.message.Person;
import io.holdfast.chat.room.RoomStore;
import io.holdfast.chat.room.Seat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Waits until the node that a client comes from has sent it its last message, and lets it go on
 * from there. Its messages wait meanwhile.
 */
final class Resumption {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final Executor PAUSE =
      CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);
  private static final int ALL = 1000;
  private static final int SOME = 50;

  private final Node node;
  private final Session session;
  private final Handover handover;
  private final long deadline;

  Resumption(Node node, Session session, Handover handover) {
    this.node = node;
    this.session = session;
    this.handover = handover;
    this.deadline =
        System.nanoTime() + (handover.resume() == Handover.Resume.LOST ? 0 : PATIENCE_NANOS);
  }

  void look() {
    node.store()
        .seat(handover.session())
        .thenAcceptAsync(this::found, handover.thread())
        .exceptionally(_ -> {
          session.end(CloseCodes.SERVICE_RESTART, "it cannot go on here");
          return null;
        });
  }

  private void found(Optional<Seat> seat) {
    boolean late = System.nanoTime() - deadline >= 0;
    if (seat.isPresent() && (late || seat.get().left())) {
      goOn(seat.get());
    } else if (late) {
      session.end(CloseCodes.SERVICE_RESTART, "it cannot go on here");
    } else {
      PAUSE.execute(this::look);
    }
  }

  private void goOn(Seat seat) {
    RoomStore store = node.store();
    Person from = seat.who();
    Person to = new Person(from.id(), from.name(), node.name());
    seat.rooms()
        .forEach((room, last) -> {
          Membership membership = session.rooms().enter(room);
          CompletionStage<?> moved = store.move(room, from, to);
          if (seat.left()) {
            moved
                .thenCompose(_ -> store.history(room, Long.MAX_VALUE, ALL))
                .thenAccept(history -> membership.goOn(last, history));
          } else {
            // What it was sent is not known: it gets all, and knows messages by their ids.
            moved
                .thenCompose(_ -> store.members(room))
                .thenCombine(store.history(room, Long.MAX_VALUE, SOME), RoomStore.Arrival::new)
                .thenAccept(arrival -> membership.arrive(arrival, null));
          }
        });
    session.goOn(to);
  }
}
