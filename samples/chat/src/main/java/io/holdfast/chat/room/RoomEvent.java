package io.holdfast.chat.room;

import io.holdfast.chat.message.Message;
import io.holdfast.chat.message.Outgoing;
import io.holdfast.chat.message.Person;
import java.util.List;

/** Something that all in a room are told. */
public sealed interface RoomEvent {
  /** Where. */
  String room();

  /** As clients get it. Made anew with each call. */
  Outgoing message();

  /** Somebody has said something. */
  record Said(Message said) implements RoomEvent {
    @Override
    public String room() {
      return said.room();
    }

    @Override
    public Outgoing message() {
      return Outgoing.message(said);
    }
  }

  /**
   * Somebody has come.
   *
   * @param count of members now
   */
  record Joined(String room, Person who, int count) implements RoomEvent {
    @Override
    public Outgoing message() {
      return Outgoing.presence(room, who, true, count);
    }
  }

  /**
   * Somebody has gone.
   *
   * @param count of members now
   */
  record Left(String room, Person who, int count) implements RoomEvent {
    @Override
    public Outgoing message() {
      return Outgoing.presence(room, who, false, count);
    }
  }

  /**
   * Somebody is connected to another node now, and has not been away.
   *
   * @param from what they were to others before
   * @param count of members
   */
  record Moved(String room, Person from, Person who, int count) implements RoomEvent {
    @Override
    public Outgoing message() {
      return Outgoing.moved(room, from, who, count);
    }
  }

  /** Somebody types. */
  record Typing(String room, Person who) implements RoomEvent {
    @Override
    public Outgoing message() {
      return Outgoing.typing(room, who);
    }
  }

  /** Who is there, for clients that may not have heard of all comings and goings. */
  record Present(String room, List<Person> members) implements RoomEvent {
    /** Copies. */
    public Present {
      members = List.copyOf(members);
    }

    @Override
    public Outgoing message() {
      return Outgoing.members(room, members, null);
    }
  }
}
