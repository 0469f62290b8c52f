package io.holdfast.chat.session;

import io.holdfast.chat.message.Message;
import io.holdfast.chat.message.Outgoing;
import io.holdfast.chat.room.RoomEvent;
import io.holdfast.chat.room.RoomStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One client in one room. What happens there while it arrives is held back. Thread-safe. */
final class Membership {
  private final String room;
  private final Outbox outbox;

  /** Null once it has arrived. */
  private @Nullable List<RoomEvent> held = new ArrayList<>();

  /** What it found, until something newer is heard. A store may tell of these later. */
  private @Nullable Set<String> found;

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
    if (held != null) {
      held.add(event);
    } else if (isNew(event)) {
      outbox.send(message);
    }
  }

  /** It is there: it is told what it finds, and then what has happened since. */
  synchronized void arrive(RoomStore.Arrival arrival, @Nullable String ref) {
    outbox.send(Outgoing.joined(room, arrival.members(), arrival.history(), ref));
    List<RoomEvent> missed = held;
    held = null;
    found = arrival.history().stream().map(Message::id).collect(Collectors.toSet());
    if (missed == null) {
      return;
    }
    for (RoomEvent event : missed) {
      if (isNew(event)) {
        outbox.send(event.message());
      }
    }
  }

  private boolean isNew(RoomEvent event) {
    if (found == null || !(event instanceof RoomEvent.Said(Message said))) {
      return true;
    }
    if (found.contains(said.id())) {
      return false;
    }
    found = null;
    return true;
  }
}
