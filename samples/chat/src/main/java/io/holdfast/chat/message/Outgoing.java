package io.holdfast.chat.message;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What servers say, as JSON. */
public final class Outgoing {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Outgoing() {}

  /** The first message of all. */
  public static String connectionEstablished(
      Person you, Duration heartbeat, int maxMessageBytes, Instant now) {
    ObjectNode message = message("connection_established");
    message
        .put("connectionId", you.id())
        .put("node", you.node())
        .put("heartbeatInterval", heartbeat.toMillis())
        .put("maxMessageSize", maxMessageBytes)
        .put("timestamp", now.toString());
    message.set("user", person(you));
    return message.toString();
  }

  /** To be answered with {@code heartbeat_ack}. */
  public static String heartbeat(Instant now) {
    return message("heartbeat").put("timestamp", now.toString()).toString();
  }

  /** What was asked for was done. */
  public static String done(@Nullable String ref) {
    return response(ref).toString();
  }

  /** What was said has its place in the room. */
  public static String said(Message said, @Nullable String ref) {
    return response(ref)
        .put("id", said.id())
        .put("room", said.room())
        .put("sequence", said.sequence())
        .put("timestamp", said.at().toString())
        .toString();
  }

  /** One is in a room now. */
  public static String joined(
      String room, Collection<Person> members, List<Message> history, @Nullable String ref) {
    ObjectNode response = response(ref).put("room", room);
    response.set("members", people(members));
    response.set("history", messages(history));
    return response.toString();
  }

  /** Who is in a room. */
  public static String members(String room, Collection<Person> members, @Nullable String ref) {
    ObjectNode response = response(ref).put("room", room);
    response.set("members", people(members));
    return response.toString();
  }

  /** What was said in a room. */
  public static String history(String room, List<Message> history, @Nullable String ref) {
    ObjectNode response = response(ref).put("room", room);
    response.set("history", messages(history));
    return response.toString();
  }

  /** Somebody says something. */
  public static String message(Message said) {
    return fill(message("message"), said).toString();
  }

  /** Somebody came or went. */
  public static String presence(String room, Person who, boolean there, int count) {
    ObjectNode message =
        message("presence")
            .put("room", room)
            .put("event", there ? "joined" : "left")
            .put("count", count);
    message.set("member", person(who));
    return message.toString();
  }

  /** Somebody types. */
  public static String typing(String room, Person who) {
    ObjectNode message = message("typing").put("room", room);
    message.set("member", person(who));
    return message.toString();
  }

  /** Something cannot be done. */
  public static String error(Invalid why) {
    return ref(message("error"), why.ref())
        .put("code", why.code())
        .put("message", why.sentence())
        .toString();
  }

  /** The connection is about to be closed. */
  public static String goodbye(String reason, boolean reconnect) {
    return message("goodbye").put("reason", reason).put("reconnect", reconnect).toString();
  }

  private static ObjectNode message(String type) {
    return JSON.objectNode().put("type", type);
  }

  private static ObjectNode response(@Nullable String ref) {
    return ref(message("message_response"), ref);
  }

  private static ObjectNode ref(ObjectNode message, @Nullable String ref) {
    return ref == null ? message : message.put("ref", ref);
  }

  private static ObjectNode person(Person who) {
    return JSON.objectNode().put("id", who.id()).put("name", who.name()).put("node", who.node());
  }

  private static ArrayNode people(Collection<Person> people) {
    ArrayNode array = JSON.arrayNode();
    people.forEach(who -> array.add(person(who)));
    return array;
  }

  private static ArrayNode messages(List<Message> messages) {
    ArrayNode array = JSON.arrayNode();
    messages.forEach(said -> array.add(fill(JSON.objectNode(), said)));
    return array;
  }

  private static ObjectNode fill(ObjectNode object, Message said) {
    return object
        .put("id", said.id())
        .put("room", said.room())
        .put("sequence", said.sequence())
        .put("fromId", said.fromId())
        .put("from", said.from())
        .put("text", said.text())
        .put("timestamp", said.at().toString());
  }
}
