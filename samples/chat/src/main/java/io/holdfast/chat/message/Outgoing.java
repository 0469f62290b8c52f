package io.holdfast.chat.message;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What servers say. Immutable; written as JSON once, however many get it. */
public final class Outgoing {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ObjectNode node;
  private @Nullable String json;

  private Outgoing(ObjectNode node) {
    this.node = node;
  }

  /** Its {@code type}. */
  public String type() {
    return node.path("type").asString("");
  }

  /** The {@code ref} of the request that it answers; null when it answers none. */
  public @Nullable String ref() {
    JsonNode ref = node.get("ref");
    return ref == null ? null : ref.asString();
  }

  /** As text. */
  public String json() {
    String text = json;
    if (text == null) {
      text = node.toString();
      json = text;
    }
    return text;
  }

  /** As an object, which nobody may change. */
  public ObjectNode node() {
    return node;
  }

  /** The first message of all. */
  public static Outgoing connectionEstablished(
      Person you, Duration heartbeat, int maxMessageBytes, Instant now) {
    ObjectNode message = message("connection_established");
    message
        .put("connectionId", you.id())
        .put("node", you.node())
        .put("heartbeatInterval", heartbeat.toMillis())
        .put("maxMessageSize", maxMessageBytes)
        .put("timestamp", now.toString());
    message.set("user", person(you));
    return new Outgoing(message);
  }

  /** To be answered with {@code heartbeat_ack}. */
  public static Outgoing heartbeat(Instant now) {
    return new Outgoing(message("heartbeat").put("timestamp", now.toString()));
  }

  /** What was asked for was done. */
  public static Outgoing done(@Nullable String ref) {
    return new Outgoing(response(ref));
  }

  /** What was said has its place in the room. */
  public static Outgoing said(Message said, @Nullable String ref) {
    return new Outgoing(
        response(ref)
            .put("id", said.id())
            .put("room", said.room())
            .put("sequence", said.sequence())
            .put("timestamp", said.at().toString()));
  }

  /** One is in a room now. */
  public static Outgoing joined(
      String room, Collection<Person> members, List<Message> history, @Nullable String ref) {
    ObjectNode response = response(ref).put("room", room);
    response.set("members", people(members));
    response.set("history", messages(history));
    return new Outgoing(response);
  }

  /** Who is in a room. */
  public static Outgoing members(String room, Collection<Person> members, @Nullable String ref) {
    ObjectNode response = response(ref).put("room", room);
    response.set("members", people(members));
    return new Outgoing(response);
  }

  /** What was said in a room. */
  public static Outgoing history(String room, List<Message> history, @Nullable String ref) {
    ObjectNode response = response(ref).put("room", room);
    response.set("history", messages(history));
    return new Outgoing(response);
  }

  /** Somebody says something. */
  public static Outgoing message(Message said) {
    return new Outgoing(fill(message("message"), said));
  }

  /** Somebody came or went. */
  public static Outgoing presence(String room, Person who, boolean there, int count) {
    ObjectNode message =
        message("presence")
            .put("room", room)
            .put("event", there ? "joined" : "left")
            .put("count", count);
    message.set("member", person(who));
    return new Outgoing(message);
  }

  /** Somebody is served by another node now, {@code previous} the one before. */
  public static Outgoing moved(String room, Person from, Person who, int count) {
    ObjectNode message =
        message("presence").put("room", room).put("event", "moved").put("count", count);
    message.set("member", person(who));
    message.set("previous", person(from));
    return new Outgoing(message);
  }

  /** Somebody types. */
  public static Outgoing typing(String room, Person who) {
    ObjectNode message = message("typing").put("room", room);
    message.set("member", person(who));
    return new Outgoing(message);
  }

  /** Something cannot be done. */
  public static Outgoing error(Invalid why) {
    return new Outgoing(
        ref(message("error"), why.ref()).put("code", why.code()).put("message", why.sentence()));
  }

  /** Something that all users had better know; {@code code} is for programs. */
  public static Outgoing notice(String code, String sentence) {
    return new Outgoing(message("notice").put("code", code).put("message", sentence));
  }

  /** The connection is about to be closed. */
  public static Outgoing goodbye(String reason, boolean reconnect) {
    return new Outgoing(message("goodbye").put("reason", reason).put("reconnect", reconnect));
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
