package io.holdfast.chat.session;

import io.holdfast.chat.message.Outgoing;
import io.holdfast.chat.room.RoomEvent;
import io.holdfast.chat.room.RoomStore;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who of this node's clients is in which room. Thread-safe. */
public final class LocalRooms implements RoomStore.Listener {
  private final Map<String, Set<Membership>> rooms = new ConcurrentHashMap<>();

  void enter(String room, Membership membership) {
    rooms.compute(
        room,
        (_, members) -> {
          Set<Membership> all = members == null ? ConcurrentHashMap.newKeySet() : members;
          all.add(membership);
          return all;
        });
  }

  void leave(String room, Membership membership) {
    rooms.computeIfPresent(
        room,
        (_, members) -> {
          members.remove(membership);
          return members.isEmpty() ? null : members;
        });
  }

  @Override
  public void onEvent(RoomEvent event) {
    Set<Membership> members = rooms.get(event.room());
    if (members != null) {
      Outgoing message = event.message();
      members.forEach(member -> member.hear(event, message));
    }
  }
}
