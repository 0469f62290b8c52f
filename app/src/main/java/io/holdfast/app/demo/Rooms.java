package io.holdfast.app.demo;

import io.netty.util.concurrent.EventExecutor;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Who is connected to which backend, and who talks in which room, over all backends. Only the event
 * loop may use it.
 */
final class Rooms {
  /** People come in bursts; one presence message is enough for all who came within this time. */
  private static final long PRESENCE_MILLIS = 50;

  private final EventExecutor loop;
  private final Map<String, Set<Visitor>> rooms = new LinkedHashMap<>();
  private final Map<String, Integer> connections = new LinkedHashMap<>();
  private boolean presenceDue;
  private long guests;

  /** Empty rooms over {@code backends}, which presence messages list in this order. */
  Rooms(EventExecutor loop, List<String> backends) {
    this.loop = loop;
    backends.forEach(backend -> connections.put(backend, 0));
  }

  /** A name for somebody who gave none. */
  String newGuest() {
    return "guest-" + ++guests;
  }

  /** A WebSocket connection to {@code backend} was opened, to a room or to the echo. */
  void opened(String backend) {
    connections.merge(backend, 1, Integer::sum);
    presenceChanged();
  }

  /** One was closed. */
  void closed(String backend) {
    connections.merge(backend, -1, Integer::sum);
    presenceChanged();
  }

  void join(Visitor visitor) {
    rooms.computeIfAbsent(visitor.room(), name -> new LinkedHashSet<>()).add(visitor);
    visitor.send(Messages.welcome(visitor));
  }

  void leave(Visitor visitor) {
    Set<Visitor> present = in(visitor.room());
    present.remove(visitor);
    if (present.isEmpty()) {
      rooms.remove(visitor.room());
    }
  }

  /** Tells everybody in the room of {@code visitor}, itself included. */
  void say(Visitor visitor, String from, String text) {
    in(visitor.room())
        .forEach(other -> other.send(Messages.said(visitor, from, text, other.equals(visitor))));
  }

  private Set<Visitor> in(String room) {
    return rooms.getOrDefault(room, new LinkedHashSet<>());
  }

  private void presenceChanged() {
    if (!presenceDue) {
      presenceDue = true;
      loop.schedule(this::tellPresence, PRESENCE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void tellPresence() {
    presenceDue = false;
    rooms
        .values()
        .forEach(present -> {
          String message = Messages.presence(present.size(), connections);
          present.forEach(visitor -> visitor.send(message));
        });
  }
}
