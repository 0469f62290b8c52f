package io.holdfast.app.demo;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What is said in rooms: JSON objects with a {@code type}. */
final class Messages {
  private static final int MAX_NAME = 32;
  private static final int MAX_TEXT = 2_000;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Messages() {}

  /** What a visitor may send. */
  sealed interface Incoming {
    /**
     * Something for everybody in the room.
     *
     * @param from what the visitor wants to be called; null for the guest name
     */
    record Say(@Nullable String from, String text) implements Incoming {}

    /** To be answered at once with the same {@code at}, to measure the way. */
    record Ping(double at) implements Incoming {}

    /** Nothing that we know. */
    record Unknown() implements Incoming {}
  }

  /** Understands {@code text}; what is no JSON object is said as it is. */
  static Incoming read(String text) {
    if (!text.startsWith("{")) {
      return say(null, text);
    }
    JsonNode node;
    try {
      node = JsonMapper.shared().readTree(text);
    } catch (JacksonException e) {
      return say(null, text);
    }
    return switch (node.path("type").asString("")) {
      case "say" -> say(node.path("from").asString(""), node.path("text").asString(""));
      case "ping" -> new Incoming.Ping(node.path("at").asDouble(0));
      default -> new Incoming.Unknown();
    };
  }

  private static Incoming say(@Nullable String from, String text) {
    String name = from == null ? "" : from.strip();
    String said = text.strip();
    return said.isEmpty()
        ? new Incoming.Unknown()
        : new Incoming.Say(name.isEmpty() ? null : cut(name, MAX_NAME), cut(said, MAX_TEXT));
  }

  private static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    return text.substring(0, end);
  }

  /** The first message to a visitor. */
  static String welcome(Visitor visitor) {
    return message("welcome")
        .put("backend", visitor.backend())
        .put("room", visitor.room())
        .put("you", visitor.guest())
        .toString();
  }

  /** Somebody said something. */
  static String said(Visitor visitor, String from, String text, boolean yours) {
    return message("said")
        .put("from", from)
        .put("text", text)
        .put("backend", visitor.backend())
        .put("yours", yours)
        .toString();
  }

  /** How many are in the room, and how many connections each backend has in all. */
  static String presence(int people, Map<String, Integer> connections) {
    ObjectNode message = message("presence").put("people", people);
    List<ObjectNode> backends =
        connections.entrySet().stream()
            .map(backend ->
                JSON.objectNode()
                    .put("name", backend.getKey())
                    .put("connections", backend.getValue()))
            .toList();
    message.putArray("backends").addAll(backends);
    return message.toString();
  }

  /** The answer to a ping. */
  static String pong(double at) {
    return message("pong").put("at", at).toString();
  }

  private static ObjectNode message(String type) {
    return JSON.objectNode().put("type", type);
  }
}
