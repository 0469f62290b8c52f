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

  /** The last sequence that the client was sent. */
  private long last;

  private boolean stopped;

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
    if (stopped) {
      return;
    }
    if (held != null) {
      held.add(event);
    } else {
      pass(event, message);
    }
  }

  /** It is there: it is told what it finds, and then what has happened since. */
  synchronized void arrive(RoomStore.Arrival arrival, @Nullable String ref) {
    outbox.send(Outgoing.joined(room, arrival.members(), arrival.history(), ref));
    release(arrival.history());
  }

  /**
   * It was there, on another node, which has sent it all up to {@code last}: it is sent the rest.
   *
   * @param history the newest that was said
   */
  synchronized void goOn(long from, List<Message> history) {
    last = from;
    for (Message said : history) {
      if (said.sequence() > from) {
        outbox.send(Outgoing.message(said));
      }
    }
    release(history);
  }

  private void release(List<Message> history) {
    if (!history.isEmpty()) {
      last = Math.max(last, history.getLast().sequence());
    }
    found = history.stream().map(Message::id).collect(Collectors.toSet());
    List<RoomEvent> missed = held;
    held = null;
    if (missed == null) {
      return;
    }
    for (RoomEvent event : missed) {
      pass(event, event.message());
    }
  }

  private void pass(RoomEvent event, Outgoing message) {
    if (isNew(event)) {
      if (event instanceof RoomEvent.Said(Message said)) {
        last = Math.max(last, said.sequence());
      }
      outbox.send(message);
    }
  }

  /** The last sequence that the client was sent. */
  synchronized long last() {
    return last;
  }

  /** Sends nothing more. */
  synchronized long stop() {
    stopped = true;
    return last;
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
