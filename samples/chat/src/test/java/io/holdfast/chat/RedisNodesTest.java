package io.holdfast.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chat.room.redis.RedisProcess;
import io.holdfast.chat.room.redis.RedisRoomStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Two servers with rooms in a real Redis, as their clients see it. */
final class RedisNodesTest {
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T later(T closed) {
    open.add(closed);
    return closed;
  }

  private ChatServer server(String name, RedisProcess redis) throws Exception {
    Settings settings =
        Settings.of(
            Map.of("HOST", "127.0.0.1", "PORT", "0", "NODE_NAME", name, "REDIS_URL", redis.uri()));
    RedisRoomStore store = later(RedisRoomStore.connect(redis.uri(), name, InstantSource.system()));
    return later(ChatServer.start(settings, store));
  }

  private static List<String> notices(Talker talker) {
    return talker.heard("notice").stream().map(notice -> notice.path("code").asString()).toList();
  }

  private static void awaitNotice(Talker talker, String code) {
    talker.await(message -> message.path("code").asString("").equals(code));
  }

  @Test
  void clientsAreToldOnceThatRedisIsLostAndOnceThatItIsBack() throws Exception {
    RedisProcess redis = later(new RedisProcess());
    ChatServer a = server("a", redis);
    ChatServer b = server("b", redis);
    Talker ann = later(Talker.connect(a.address(), "ann")).join("r");
    Talker bob = later(Talker.connect(b.address(), "bob")).join("r");
    ann.await(message ->
        Talker.type(message).equals("presence")
            && message.at("/member/id").asString().equals("bob"));
    ann.say("r", "hello", "1");
    assertThat(bob.await("message").path("text").asString()).isEqualTo("hello");

    redis.kill();
    awaitNotice(ann, "apart");
    awaitNotice(bob, "apart");
    Talker late = later(Talker.connect(a.address(), "late")).join("r");
    awaitNotice(late, "apart");
    ann.say("r", "are you there?", "2");
    late.await(message -> message.path("text").asString("").equals("are you there?"));
    ann.await(message -> message.path("ref").asString("").equals("2"));

    redis.start();
    awaitNotice(ann, "together");
    awaitNotice(bob, "together");
    bob.await(message -> message.path("text").asString("").equals("are you there?"));
    bob.send("{\"type\":\"presence\",\"room\":\"r\",\"ref\":\"who\"}");
    JsonNode members = bob.await(message -> message.path("ref").asString("").equals("who"));
    assertThat(members.path("members").size()).isEqualTo(3);
    bob.say("r", "yes", "3");
    ann.await(message -> message.path("text").asString("").equals("yes"));
    assertThat(notices(ann)).containsExactly("apart", "together");
    assertThat(notices(bob)).containsExactly("apart", "together");
    assertThat(ann.heard("message").stream().map(said -> said.path("text").asString()))
        .containsExactly("hello", "are you there?", "yes");
  }
}
