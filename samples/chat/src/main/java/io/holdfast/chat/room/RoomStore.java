package io.holdfast.chat.room;

import io.holdfast.chat.message.Message;
import io.holdfast.chat.message.Person;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What all nodes share. Everything that happens in a room happens in one order, which all listeners
 * hear of. Thread-safe; nothing blocks.
 */
public interface RoomStore {
  /** A node's ear. */
  @FunctionalInterface
  interface Listener {
    /** Something has happened. Called in the order of each room, one at a time; must not block. */
    void onEvent(RoomEvent event);

    /**
     * Nodes do not hear of each other any more, or they do again. What is said meanwhile is heard
     * by clients of the same node, and by the others later.
     */
    default void onApart(boolean apart) {}
  }

  /**
   * What one finds who comes into a room: all that was before, and nothing that listeners hear of
   * later.
   *
   * @param members who is there, the newcomer among them
   * @param history what was said last, oldest first
   */
  record Arrival(List<Person> members, List<Message> history) {
    /** Copies. */
    public Arrival {
      members = List.copyOf(members);
      history = List.copyOf(history);
    }
  }

  /** Hears of all rooms from now on, until it is closed. */
  Ear listen(Listener listener);

  /** Ends a {@link #listen}. */
  interface Ear extends AutoCloseable {
    @Override
    void close();
  }

  /** Adds a member; all others hear of it. */
  CompletionStage<Arrival> join(String room, Person who);

  /** Takes a member out, if it is one; all others hear of it. */
  void leave(String room, Person who);

  /** Has a member go on as {@code to}, who was {@code from} before; all hear of it. */
  CompletionStage<@Nullable Void> move(String room, Person from, Person to);

  /** Keeps what another node may have to know of a client, for some minutes at least. */
  void keep(String session, Seat seat);

  /** What was kept last; nothing when it was too long ago. */
  CompletionStage<Optional<Seat>> seat(String session);

  /**
   * Has all listeners hear this, and keeps it.
   *
   * @param id of the message; what was said by the same id a short time before is not said again
   */
  CompletionStage<Message> say(String room, Person who, String id, String text);

  /** Has all listeners hear that somebody types. */
  void typing(String room, Person who);

  /** Who is there. */
  CompletionStage<List<Person>> members(String room);

  /**
   * What was said, oldest first.
   *
   * @param before only what has a smaller sequence
   * @param limit the newest so many of these
   */
  CompletionStage<List<Message>> history(String room, long before, int limit);
}
