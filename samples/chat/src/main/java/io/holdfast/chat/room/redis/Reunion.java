package io.holdfast.chat.room.redis;

import io.holdfast.chat.message.Message;
import io.holdfast.chat.message.Person;
import io.holdfast.chat.room.MemoryRoomStore;
import io.holdfast.chat.room.RoomEvent;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes one of Redis and a node that was without it: tells Redis what it has missed, and the node
 * what was missed of Redis.
 *
 * @param here the node's members
 * @param tell has the node's listeners hear it
 */
record Reunion(
    String node,
    RedisLink link,
    RedisRooms redis,
    MemoryRoomStore here,
    Known known,
    Unsent unsent,
    Consumer<RoomEvent> tell) {

  /**
   * Begins, or begins anew; waits for Redis.
   *
   * @throws RuntimeException when Redis cannot be asked; then nothing was lost
   */
  void meet() {
    known.catchUp();
    link.subscribe();
    link.await(redis.alive(node));
    for (String presence : link.await(redis.presences(node))) {
      String room = RoomText.room(presence);
      Person who = RoomText.who(presence);
      if (!here.occupied().getOrDefault(room, List.of()).contains(who)) {
        link.await(redis.leave(room, who));
      }
    }
    here.occupied().forEach(this::enterAgain);
    sendAll();
  }

  private void enterAgain(String room, List<Person> members) {
    members.forEach(who -> link.await(redis.join(room, who, known.last(room))));
    List<Message> all = link.await(redis.history(room, Long.MAX_VALUE, Integer.MAX_VALUE));
    List<Person> present = link.await(redis.members(room));
    known.missed(room, all).forEach(said -> tell.accept(new RoomEvent.Said(said)));
    tell.accept(new RoomEvent.Present(room, present));
  }

  /** Says what was said meanwhile, also what is said while this goes on. */
  private void sendAll() {
    for (Message next = unsent.peek(); next != null; next = unsent.peek()) {
      link.await(redis.say(next));
      unsent.remove(next);
    }
  }
}
