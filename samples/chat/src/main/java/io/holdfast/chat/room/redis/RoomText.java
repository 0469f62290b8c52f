package io.holdfast.chat.room.redis;

import io.holdfast.chat.message.Message;
import io.holdfast.chat.message.Person;
import io.holdfast.chat.room.RoomEvent;
import io.holdfast.chat.room.Seat;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How Redis keeps what happens: {@code KIND NUMBER JSON} on the channel, {@code SEQUENCE JSON} in
 * the log of a room, JSON alone for who is there.
 */
final class RoomText {
  private RoomText() {}

  /** All of a message but its sequence, which Redis gives it. */
  static String message(Message said) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", said.id())
        .put("room", said.room())
        .put("fromId", said.fromId())
        .put("from", said.from())
        .put("text", said.text())
        .put("timestamp", said.at().toString())
        .toString();
  }

  static String presence(String room, Person who) {
    ObjectNode object = JsonNodeFactory.instance.objectNode().put("room", room);
    object.set("who", person(who));
    return object.toString();
  }

  static String moved(String room, Person from, Person to) {
    ObjectNode object = JsonNodeFactory.instance.objectNode().put("room", room);
    object.set("who", person(to));
    object.set("from", person(from));
    return object.toString();
  }

  static String seat(Seat seat) {
    ObjectNode object = JsonNodeFactory.instance.objectNode().put("left", seat.left());
    object.set("who", person(seat.who()));
    ObjectNode rooms = object.putObject("rooms");
    seat.rooms().forEach(rooms::put);
    return object.toString();
  }

  static Seat seat(String text) {
    JsonNode json = JsonMapper.shared().readTree(text);
    Map<String, Long> rooms = new HashMap<>();
    json.path("rooms").forEachEntry((room, last) -> rooms.put(room, last.asLong()));
    return new Seat(person(json.path("who")), rooms, json.path("left").asBoolean());
  }

  private static ObjectNode person(Person who) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", who.id())
        .put("name", who.name())
        .put("node", who.node());
  }

  static Person who(String presence) {
    return person(JsonMapper.shared().readTree(presence).path("who"));
  }

  static String room(String presence) {
    return JsonMapper.shared().readTree(presence).path("room").asString("");
  }

  private static Person person(JsonNode who) {
    return new Person(
        who.path("id").asString(""), who.path("name").asString(""), who.path("node").asString(""));
  }

  /** An entry of a log. */
  static Message logged(String entry) {
    int space = entry.indexOf(' ');
    JsonNode json = JsonMapper.shared().readTree(entry.substring(space + 1));
    return new Message(
        json.path("id").asString(""),
        json.path("room").asString(""),
        Long.parseLong(entry.substring(0, space)),
        json.path("fromId").asString(""),
        json.path("from").asString(""),
        json.path("text").asString(""),
        Instant.parse(json.path("timestamp").asString("")));
  }

  static String typing(String room, Person who) {
    return "typing 0 " + presence(room, who);
  }

  /**
   * What came over the channel.
   *
   * @throws IllegalArgumentException for what no node says
   */
  static RoomEvent event(String text) {
    String[] parts = text.split(" ", 3);
    if (parts.length < 3) {
      throw new IllegalArgumentException("no event: " + text);
    }
    if (parts[0].equals("said")) {
      return new RoomEvent.Said(logged(parts[1] + " " + parts[2]));
    }
    JsonNode presence = JsonMapper.shared().readTree(parts[2]);
    String room = presence.path("room").asString("");
    Person who = person(presence.path("who"));
    int count = Integer.parseInt(parts[1]);
    return switch (parts[0]) {
      case "joined" -> new RoomEvent.Joined(room, who, count);
      case "left" -> new RoomEvent.Left(room, who, count);
      case "moved" -> new RoomEvent.Moved(room, person(presence.path("from")), who, count);
      case "typing" -> new RoomEvent.Typing(room, who);
      default -> throw new IllegalArgumentException("no event: " + text);
    };
  }
}
