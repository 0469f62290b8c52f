package io.holdfast.chat.message;

import java.time.Instant;

/**
 * What was said in a room.
 *
 * @param id unlike any other message's
 * @param sequence 1 for the first in its room, then one more each time
 * @param fromId the connection that said it
 * @param from what its user is called
 * @param at the server's time
 */
public record Message(
    String id, String room, long sequence, String fromId, String from, String text, Instant at) {
  /** The same with another sequence. */
  public Message withSequence(long other) {
    return new Message(id, room, other, fromId, from, text, at);
  }
}
