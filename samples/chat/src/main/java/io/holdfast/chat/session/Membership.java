package io.holdfast.chat.session;

import io.holdfast.chat.message.Message;
import io.holdfast.chat.message.Outgoing;
import io.holdfast.chat.room.RoomEvent;
import io.holdfast.chat.room.RoomStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One client in one room. What happens there while it arrives is held back. Thread-safe. */
final class Membership {
  private final String room;
  private final Outbox outbox;

  /** Null once it has arrived. */
  private @Nullable List<RoomEvent> held = new ArrayList<>();

  Membership(String room, Outbox outbox) {
    this.room = room;
    this.outbox = outbox;
  }

  /**
   * Something has happened in the room.
   *
   * @param message the event's, made once for all
   */
  synchronized void hear(RoomEvent event, Outgoing message) {
    if (held == null) {
      outbox.send(message);
    } else {
      held.add(event);
    }
  }

  /** It is there: it is told what it finds, and then what has happened since. */
  synchronized void arrive(RoomStore.Arrival arrival, @Nullable String ref) {
    outbox.send(Outgoing.joined(room, arrival.members(), arrival.history(), ref));
    List<RoomEvent> missed = held;
    held = null;
    if (missed == null) {
      return;
    }
    long known = arrival.history().isEmpty() ? 0 : arrival.history().getLast().sequence();
    for (RoomEvent event : missed) {
      if (!(event instanceof RoomEvent.Said(Message said) && said.sequence() <= known)) {
        outbox.send(event.message());
      }
    }
  }
}
