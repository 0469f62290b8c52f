package io.holdfast.chat.room.redis;

import io.holdfast.chat.message.Message;
import io.holdfast.chat.message.Person;
import io.holdfast.chat.room.RoomStore;
import io.holdfast.chat.room.Seat;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The rooms as Redis has them, under keys that begin with {@code holdfast-chat:}. A stage fails
 * when Redis cannot be asked; what was asked may have been done then.
 */
final class RedisRooms {
  /** Where all that happens is told. */
  static final String CHANNEL = "holdfast-chat:events";

  private static final String MEMBERS = "holdfast-chat:members:";
  private static final String NODE = "holdfast-chat:node:";
  private static final String SEAT = "holdfast-chat:seat:";
  private static final long SEAT_SECONDS = 300;
  private static final String SEQUENCE = "holdfast-chat:sequence:";
  private static final String NODES = "holdfast-chat:nodes";
  private static final String KEPT_MESSAGES = "200";
  private static final String ARRIVAL_MESSAGES = "50";
  private static final String ID_SECONDS = "300";
  private static final String ROOM_SECONDS = "604800";
  private static final String BELIEVED_MILLIS = "15000";

  private final RedisAsyncCommands<String, String> redis;

  RedisRooms(RedisAsyncCommands<String, String> redis) {
    this.redis = redis;
  }

  /**
   * Has it heard by all.
   *
   * @param said with the least sequence that it may have
   * @return the sequence that it has
   */
  CompletionStage<Long> say(Message said) {
    return Script.SAY.run(
        redis,
        List.of(SEQUENCE + said.room(), log(said.room()), "holdfast-chat:id:" + said.id()),
        CHANNEL,
        RoomText.message(said),
        Long.toString(said.sequence()),
        KEPT_MESSAGES,
        ID_SECONDS,
        ROOM_SECONDS);
  }

  /**
   * Adds a member.
   *
   * @param known last sequence in the room that this node knows
   */
  CompletionStage<RoomStore.Arrival> join(String room, Person who, long known) {
    CompletionStage<List<List<String>>> found =
        Script.JOIN.run(
            redis,
            List.of(MEMBERS + room, log(room), NODE + who.node(), SEQUENCE + room),
            CHANNEL,
            who.key(),
            RoomText.presence(room, who),
            field(room, who),
            ARRIVAL_MESSAGES,
            Long.toString(known),
            ROOM_SECONDS);
    return found.thenApply(both ->
        new RoomStore.Arrival(
            both.getFirst().stream().map(RoomText::who).toList(),
            both.getLast().stream().map(RoomText::logged).toList()));
  }

  CompletionStage<Object> leave(String room, Person who) {
    return Script.LEAVE.run(
        redis,
        List.of(MEMBERS + room, NODE + who.node()),
        CHANNEL,
        who.key(),
        RoomText.presence(room, who),
        field(room, who));
  }

  CompletionStage<Object> move(String room, Person from, Person to) {
    return Script.MOVE.run(
        redis,
        List.of(MEMBERS + room, NODE + from.node(), NODE + to.node()),
        CHANNEL,
        from.key(),
        to.key(),
        RoomText.presence(room, to),
        field(room, from),
        field(room, to),
        RoomText.moved(room, from, to));
  }

  CompletionStage<String> keep(String session, Seat seat) {
    return redis.set(SEAT + session, RoomText.seat(seat), SetArgs.Builder.ex(SEAT_SECONDS));
  }

  CompletionStage<Optional<Seat>> seat(String session) {
    return redis
        .get(SEAT + session)
        .thenApply(text -> Optional.ofNullable(text).map(RoomText::seat));
  }

  CompletionStage<Long> typing(String room, Person who) {
    return redis.publish(CHANNEL, RoomText.typing(room, who));
  }

  CompletionStage<List<Person>> members(String room) {
    return redis.hvals(MEMBERS + room).thenApply(all -> all.stream().map(RoomText::who).toList());
  }

  /** As {@link RoomStore#history}. */
  CompletionStage<List<Message>> history(String room, long before, int limit) {
    return redis
        .lrange(log(room), 0, -1)
        .thenApply(all -> {
          List<Message> older =
              all.stream().map(RoomText::logged).filter(said -> said.sequence() < before).toList();
          return older.subList(Math.max(0, older.size() - limit), older.size());
        });
  }

  /** Presences of a node's members. */
  CompletionStage<List<String>> presences(String node) {
    return redis.hvals(NODE + node);
  }

  /** To be said more often than nodes are believed. */
  CompletionStage<Object> alive(String node) {
    return Script.ALIVE.run(redis, List.of(NODES), CHANNEL, node, BELIEVED_MILLIS, NODE, MEMBERS);
  }

  private static String log(String room) {
    return "holdfast-chat:log:" + room;
  }

  private static String field(String room, Person who) {
    return room + "\n" + who.key();
  }
}
