package io.holdfast.chat.room;

import io.holdfast.chat.message.Person;
import java.util.Map;

/**
 * What a node must know of a client that was another's, to go on as if it had been its own.
 *
 * @param who it is, and where it was
 * @param rooms that it is in, each with the last sequence that it was sent
 * @param left whether the other node sends it nothing any more
 */
public record Seat(Person who, Map<String, Long> rooms, boolean left) {
  /** Copies. */
  public Seat {
    rooms = Map.copyOf(rooms);
  }
}
