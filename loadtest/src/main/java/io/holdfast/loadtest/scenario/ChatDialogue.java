package io.holdfast.loadtest.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The protocol of the sample chat: what one says, all in the room hear, the same and in the same
 * order, which the server's sequence tells.
 */
final class ChatDialogue implements Dialogue {
  private static final String JOIN = "join";

  private final User user;
  private final Framing framing;
  private final ChatRoom room;
  private final String roomName;

  /** Of its own, in their order. */
  private final Set<String> unheard = new LinkedHashSet<>();

  private boolean there;
  private long last;

  ChatDialogue(User user, Framing framing, ChatRoom room, String roomName) {
    this.user = user;
    this.framing = framing;
    this.room = room;
    this.roomName = roomName;
  }

  @Override
  public void opened() {
    // The server speaks first.
  }

  @Override
  public void say(int n, long due) {
    String id = user.messageId(n);
    String text = user.text(n);
    room.say(id, text, due);
    unheard.add(id);
    send(message("say", id).put("room", roomName).put("id", id).put("text", text));
  }

  private static ObjectNode message(String type, String ref) {
    return JsonNodeFactory.instance.objectNode().put("type", type).put("ref", ref);
  }

  private void send(ObjectNode message) {
    user.send(framing.frame(message).getBytes(UTF_8));
  }

  @Override
  public void received(boolean isText, byte[] payload) {
    Framing.Heard heard;
    try {
      heard = framing.read(new String(payload, UTF_8));
    } catch (JacksonException e) {
      user.measures().error("no_json", 1);
      return;
    }
    if (heard.answer() != null) {
      user.send(heard.answer().getBytes(UTF_8));
    }
    if (heard.message() != null) {
      take(heard.message());
    }
  }

  private void take(JsonNode message) {
    switch (message.path("type").asString("")) {
      case "connection_established" -> send(message("join", JOIN).put("room", roomName));
      case "message_response" -> {
        if (message.path("ref").asString("").equals(JOIN)) {
          joined(message.path("history"));
        }
      }
      case "message" -> heard(message);
      case "heartbeat" -> send(message("heartbeat_ack", "h"));
      case "error" -> refused(message);
      default -> {} // presence, typing, notice, goodbye: not for us
    }
  }

  private void joined(JsonNode history) {
    last = history.isEmpty() ? 0 : history.get(history.size() - 1).path("sequence").asLong(0);
    there = true;
    room.newest = Math.max(room.newest, last);
    user.ready();
  }

  private void heard(JsonNode message) {
    long sequence = message.path("sequence").asLong(0);
    if (!there || user.isSlow()) {
      return;
    }
    if (sequence <= last) {
      user.measures().error("out_of_order", 1);
      return;
    }
    if (sequence > last + 1) {
      user.measures().error("lost", sequence - last - 1);
    }
    last = sequence;
    room.newest = Math.max(room.newest, sequence);
    String id = message.path("id").asString("");
    ChatRoom.Said said = room.said(id);
    if (said == null) {
      return;
    }
    if (said.text().equals(message.path("text").asString(""))) {
      user.delivered(said.due());
    } else {
      user.measures().error("mismatched", 1);
    }
    if (unheard.contains(id)) {
      ownHeard(id);
    }
  }

  /** What it has said before that one is never going to come. */
  private void ownHeard(String id) {
    long before = unheard.stream().takeWhile(one -> !one.equals(id)).count();
    for (String one : unheard.stream().limit(before + 1).toList()) {
      unheard.remove(one);
      user.answered();
    }
    if (before > 0) {
      user.measures().error("lost", before);
    }
  }

  private void refused(JsonNode message) {
    user.measures().error("error_" + message.path("code").asString("unknown"), 1);
    if (unheard.remove(message.path("ref").asString(""))) {
      user.answered();
    }
  }

  @Override
  public long unheard() {
    return there ? unheard.size() : 0;
  }

  @Override
  public long missing() {
    // Where others have heard more, it may be its own that it has not.
    return there && !user.isSlow() ? Math.max(room.newest - last, unheard.size()) : 0;
  }

  @Override
  public void ended() {
    there = false;
  }
}
