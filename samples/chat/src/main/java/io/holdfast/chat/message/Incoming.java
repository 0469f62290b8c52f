package io.holdfast.chat.message;

import org.jspecify.annotations.Nullable;

/** What a client may ask for, checked. {@code ref} comes back with the answer. */
public sealed interface Incoming {
  /** What the client calls this request; null for nothing. */
  @Nullable String ref();

  /**
   * To be in a room, and hear what is said there.
   *
   * @param name what to be called there from now on; null to keep the name
   */
  record Join(String room, @Nullable String name, @Nullable String ref) implements Incoming {}

  /** To be in it no more. */
  record Leave(String room, @Nullable String ref) implements Incoming {}

  /**
   * To have everybody there hear this.
   *
   * @param id of the message, unlike any other's; what is sent again by the same id, because no
   *     answer came, is heard once
   */
  record Say(String room, String id, String text, @Nullable String ref) implements Incoming {}

  /** To let others know that a text is being typed. */
  record Typing(String room, @Nullable String ref) implements Incoming {}

  /** Who is there. */
  record Presence(String room, @Nullable String ref) implements Incoming {}

  /**
   * What was said.
   *
   * @param before only messages with a smaller sequence
   * @param limit how many at most, the newest of them
   */
  record History(String room, long before, int limit, @Nullable String ref) implements Incoming {}

  /** The answer to a heartbeat. */
  record HeartbeatAck(@Nullable String ref) implements Incoming {}
}
