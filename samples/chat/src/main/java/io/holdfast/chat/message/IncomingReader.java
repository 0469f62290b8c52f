package io.holdfast.chat.message;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what a client has sent: the schema of its messages. */
public final class IncomingReader {
  private static final int LONGEST_REF = 64;
  private static final int LONGEST_NAME = 32;
  private static final int LONGEST_TEXT = 4_000;
  private static final int MOST_HISTORY = 100;
  private static final int SOME_HISTORY = 50;
  private static final Pattern ROOM = Pattern.compile("[\\w.:-]{1,64}");
  private static final Pattern ID = Pattern.compile("[\\w-]{16,64}");
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}&&[^\\n\\t]]");

  private final JsonNode node;
  private final @Nullable String ref;

  private IncomingReader(JsonNode node) throws Invalid {
    this.node = node;
    this.ref = node.has("ref") ? text("ref", LONGEST_REF) : null;
  }

  /**
   * What {@code text} asks for.
   *
   * @throws Invalid when it is no message, or one that breaks a rule
   */
  public static Incoming read(String text) throws Invalid {
    JsonNode node;
    try {
      node = JsonMapper.shared().readTree(text);
    } catch (JacksonException e) {
      throw new Invalid("invalid_json", "This is no JSON.", null);
    }
    return read(node);
  }

  /** As {@link #read(String)}, of what was parsed already. */
  public static Incoming read(JsonNode node) throws Invalid {
    if (!node.isObject()) {
      throw new Invalid("invalid_message", "A message is a JSON object.", null);
    }
    return new IncomingReader(node).read();
  }

  private Incoming read() throws Invalid {
    String type = node.path("type").isString() ? node.path("type").asString() : "";
    return switch (type) {
      case "join" ->
          new Incoming.Join(room(), node.has("name") ? text("name", LONGEST_NAME) : null, ref);
      case "leave" -> new Incoming.Leave(room(), ref);
      case "say" -> new Incoming.Say(room(), id(), text("text", LONGEST_TEXT), ref);
      case "typing" -> new Incoming.Typing(room(), ref);
      case "presence" -> new Incoming.Presence(room(), ref);
      case "history" ->
          new Incoming.History(
              room(),
              whole("before", 1, Long.MAX_VALUE, Long.MAX_VALUE),
              (int) whole("limit", 1, MOST_HISTORY, SOME_HISTORY),
              ref);
      case "heartbeat_ack" -> new Incoming.HeartbeatAck(ref);
      case "" -> throw invalid("\"type\" is missing.");
      default -> throw new Invalid("unknown_type", "There is no such type of message.", ref);
    };
  }

  private String id() throws Invalid {
    if (!node.has("id")) {
      return UUID.randomUUID().toString();
    }
    String id = node.path("id").asString("");
    if (!ID.matcher(id).matches()) {
      throw invalid("\"id\" is 16 to 64 letters, digits, _ and -");
    }
    return id;
  }

  private String room() throws Invalid {
    String room = node.path("room").asString("");
    if (!ROOM.matcher(room).matches()) {
      throw invalid("\"room\" is a name of 1 to 64 letters, digits and . : _ -");
    }
    return room;
  }

  private String text(String key, int longest) throws Invalid {
    JsonNode value = node.path(key);
    String text = value.isString() ? value.asString().strip() : "";
    if (text.isEmpty() || text.length() > longest || CONTROL.matcher(text).find()) {
      throw invalid(
          "\""
              + key
              + "\" is a text of 1 to "
              + longest
              + " characters, none of them for control.");
    }
    return text;
  }

  private long whole(String key, long least, long most, long otherwise) throws Invalid {
    JsonNode value = node.path(key);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.asLong() < least
        || value.asLong() > most) {
      throw invalid(
          "\""
              + key
              + "\" is a whole number from "
              + least
              + (most == Long.MAX_VALUE ? "." : " to " + most + "."));
    }
    return value.asLong();
  }

  private Invalid invalid(String sentence) {
    return new Invalid("invalid_message", sentence, ref);
  }
}
