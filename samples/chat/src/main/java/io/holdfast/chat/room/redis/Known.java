package io.holdfast.chat.room.redis;

import io.holdfast.chat.message.Message;
import io.holdfast.chat.room.MemoryRoomStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How far the rooms are known here that somebody here is in: what of all that comes from Redis has
 * yet to be told. Thread-safe.
 */
final class Known {
  private final MemoryRoomStore here;
  private final Unsent unsent;
  private final Map<String, Place> places = new HashMap<>();

  /**
   * Nothing is known.
   *
   * @param here keeps what is told
   * @param unsent what was told here first
   */
  Known(MemoryRoomStore here, Unsent unsent) {
    this.here = here;
    this.unsent = unsent;
  }

  /** Somebody is there, from now on. */
  synchronized void enter(String room) {
    places.computeIfAbsent(room, _ -> new Place());
  }

  /** Nobody is there any more. */
  synchronized void leave(String room) {
    places.remove(room);
  }

  /** Somebody has found this on arrival; others may still have to be told. */
  synchronized void found(String room, List<Message> history) {
    history.forEach(here::keep);
    Place place = places.get(room);
    if (place != null && !history.isEmpty()) {
      place.know(history.getLast().sequence());
    }
  }

  /** The last sequence that anybody here knows. */
  synchronized long last(String room) {
    Place place = places.get(room);
    return place == null ? 0 : place.known();
  }

  /** Whether it has to be told; it is taken for told then. */
  synchronized boolean isNew(Message said) {
    Place place = places.get(said.room());
    return place != null && place.isNew(said.sequence()) && keep(said);
  }

  /** From now on, what is new may come before what was missed. */
  synchronized void catchUp() {
    places.values().forEach(Place::catchUp);
  }

  /**
   * What of all that is kept of a room has to be told; it is taken for told then, and nothing of
   * the room is missed any more.
   */
  synchronized List<Message> missed(String room, List<Message> all) {
    Place place = places.get(room);
    if (place == null) {
      return List.of();
    }
    List<Message> missed =
        all.stream().filter(said -> place.wasMissed(said.sequence()) && keep(said)).toList();
    place.caughtUp();
    return missed;
  }

  private boolean keep(Message said) {
    if (unsent.wasHeardHere(said)) {
      return false;
    }
    here.keep(said);
    return true;
  }
}
