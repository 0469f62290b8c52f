package io.holdfast.loadtest.scenario;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How the chat's messages are written as text messages. */
sealed interface Framing {
  /**
   * What was read.
   *
   * @param message with a {@code type}; null for none
   * @param answer to be sent back; null for none
   */
  record Heard(@Nullable JsonNode message, @Nullable String answer) {}

  /** A message, which has a {@code type}, as text. */
  String frame(ObjectNode message);

  /**
   * What a text is.
   *
   * @throws tools.jackson.core.JacksonException when it is not JSON
   */
  Heard read(String text);

  /** The JSON alone. */
  record Raw() implements Framing {
    @Override
    public String frame(ObjectNode message) {
      return message.toString();
    }

    @Override
    public Heard read(String text) {
      return new Heard(JsonMapper.shared().readTree(text), null);
    }
  }

  /**
   * Socket.IO 5 over Engine.IO 4, in the namespace {@code /chat}: 0 opens, 2 asks and 3 answers, 4
   * carries 0 (connected) and 2 (an event).
   */
  record SocketIo() implements Framing {
    private static final String NAMESPACE = "/chat,";

    @Override
    public String frame(ObjectNode message) {
      ObjectNode rest = message.deepCopy();
      rest.remove("type");
      ArrayNode event = JsonNodeFactory.instance.arrayNode();
      event.add(message.path("type").asString("")).add(rest);
      return "42" + NAMESPACE + event;
    }

    @Override
    public Heard read(String text) {
      if (text.startsWith("0")) {
        return new Heard(null, "40" + NAMESPACE);
      }
      if (text.equals("2")) {
        return new Heard(null, "3");
      }
      if (!text.startsWith("42" + NAMESPACE)) {
        return new Heard(null, null);
      }
      JsonNode event = JsonMapper.shared().readTree(text.substring(2 + NAMESPACE.length()));
      if (event.get(1) instanceof ObjectNode message) {
        return new Heard(message.put("type", event.path(0).asString("")), null);
      }
      return new Heard(null, null);
    }
  }
}
