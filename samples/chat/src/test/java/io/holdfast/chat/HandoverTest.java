package io.holdfast.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chat.room.MemoryRoomStore;
import io.holdfast.chat.room.RoomStore;
import io.holdfast.chat.room.redis.RedisProcess;
import io.holdfast.chat.room.redis.RedisRoomStore;
import io.holdfast.chat.session.Handover;
import io.holdfast.chat.session.Limits;
import java.net.http.WebSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that go from node to node, the part of the gateway played by hand. */
final class HandoverTest {
  private static final Limits GENEROUS = new Limits(50, 1e6, 1_000_000, 20, Duration.ofMinutes(1));

  private final List<AutoCloseable> open = new ArrayList<>();
  private final String session = UUID.randomUUID().toString();

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

  private ChatServer server(String name, RoomStore store) throws Exception {
    Settings settings = Settings.of(Map.of("HOST", "127.0.0.1", "PORT", "0", "NODE_NAME", name));
    return later(ChatServer.start(settings, store, GENEROUS));
  }

  /** Two nodes, with a shared memory or with Redis. */
  private List<ChatServer> servers(boolean withRedis) throws Exception {
    if (!withRedis) {
      RoomStore store = new MemoryRoomStore(InstantSource.system());
      return List.of(server("a", store), server("b", store));
    }
    RedisProcess redis = later(new RedisProcess());
    InstantSource clock = InstantSource.system();
    return List.of(
        server("a", later(RedisRoomStore.connect(redis.uri(), "a", clock))),
        server("b", later(RedisRoomStore.connect(redis.uri(), "b", clock))));
  }

  private Talker connect(ChatServer server, String id, String... resume) {
    List<String> headers = new ArrayList<>(List.of(Handover.SESSION, session));
    if (resume.length > 0) {
      headers.addAll(List.of(Handover.RESUME, resume[0]));
    }
    return later(Talker.connect(server.address(), id, headers));
  }

  private Talker annWhoHeardFive(ChatServer node, Talker bob) {
    Talker ann = connect(node, "ann").join("r");
    say(bob, 0, 5);
    ann.await(message -> message.path("text").asString("").equals("4"));
    return ann;
  }

  private static List<String> texts(Talker talker) {
    return talker.heard("message").stream()
        .map(message -> message.path("text").asString())
        .toList();
  }

  private static void say(Talker talker, int from, int to) {
    IntStream.range(from, to).forEach(i -> talker.say("r", Integer.toString(i), "x"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPlannedMoveLosesNothingAndNobodyNotices(boolean withRedis) throws Exception {
    List<ChatServer> nodes = servers(withRedis);
    Talker bob = later(Talker.connect(nodes.getLast().address(), "bob")).join("r");
    Talker ann = connect(nodes.getFirst(), "ann");
    ann.send("{\"type\":\"join\",\"room\":\"r\",\"name\":\"Ann\",\"ref\":\"in\"}");
    ann.await(message -> message.path("ref").asString("").equals("in"));
    say(bob, 0, 40);

    Talker moved = connect(nodes.getLast(), "ann", "planned");
    moved.say("r", "from ann", "held");
    Thread talk = Thread.ofVirtual().start(() -> say(bob, 40, 110));
    ann.socket().sendClose(1001, "moved").join();
    ann.closeCode();
    talk.join();
    say(bob, 110, 150);

    moved.await(message -> message.path("text").asString("").equals("149"));
    moved.await(message -> message.path("ref").asString("").equals("held"));
    List<String> all = Stream.concat(texts(ann).stream(), texts(moved).stream()).toList();
    assertThat(bob.heard("notice")).as("Redis was there all the time").isEmpty();
    assertThat(all).as("%d by ann, bob: %s", texts(ann).size(), texts(bob)).hasSize(151);
    assertThat(new HashSet<>(all)).hasSize(151);
    bob.await(message -> message.path("text").asString("").equals("149"));
    assertThat(all).as("the same order as bob's").isEqualTo(texts(bob));
    assertThat(moved.heard("connection_established")).isEmpty();
    assertThat(
            bob.await(m -> m.path("text").asString("").equals("from ann")).path("from").asString())
        .isEqualTo("Ann");
    bob.await(message -> message.path("event").asString("").equals("moved"));
    assertThat(presence(bob)).containsExactly("joined ann", "moved ann");
    bob.send("{\"type\":\"presence\",\"room\":\"r\",\"ref\":\"who\"}");
    assertThat(bob.await(m -> m.path("ref").asString("").equals("who")).path("members").toString())
        .contains("{\"id\":\"ann\",\"name\":\"Ann\",\"node\":\"b\"}")
        .doesNotContain("\"node\":\"a\"");
  }

  /** What bob hears of comings and goings but his own. */
  private static List<String> presence(Talker talker) {
    return talker.heard("presence").stream()
        .filter(message -> !message.at("/member/id").asString().equals("bob"))
        .map(m -> m.path("event").asString() + " " + m.at("/member/id").asString())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSessionThatMovesAgainAndAgainHearsNothingTwice(boolean withRedis) throws Exception {
    List<ChatServer> nodes = servers(withRedis);
    Talker bob = later(Talker.connect(nodes.getLast().address(), "bob")).join("r");
    Talker ann = annWhoHeardFive(nodes.getFirst(), bob);
    List<String> all = new ArrayList<>();
    for (int move = 1; move <= 4; move++) {
      Talker moved = connect(nodes.get(move % 2), "ann", "planned");
      say(bob, 5 * move, 5 * move + 3);
      String last = Integer.toString(5 * move + 2);
      ann.await(message -> message.path("text").asString("").equals(last));
      ann.socket().sendClose(1001, "moved").join();
      ann.closeCode();
      all.addAll(texts(ann));
      say(bob, 5 * move + 3, 5 * move + 5);
      String next = Integer.toString(5 * move + 4);
      moved.await(message -> message.path("text").asString("").equals(next));
      ann = moved;
    }
    all.addAll(texts(ann));
    assertThat(all)
        .containsExactlyElementsOf(IntStream.range(0, 25).mapToObj(Integer::toString).toList());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSessionGoesOnAfterItsNodeHasClosedIt(boolean withRedis) throws Exception {
    List<ChatServer> nodes = servers(withRedis);
    Talker bob = later(Talker.connect(nodes.getLast().address(), "bob")).join("r");
    Talker ann = annWhoHeardFive(nodes.getFirst(), bob);
    nodes.getFirst().stop();
    assertThat(ann.closeCode()).isEqualTo(1001);
    assertThat(ann.heard("goodbye")).isEmpty();
    say(bob, 5, 10);
    Talker moved = connect(nodes.getLast(), "ann", "closed");
    moved.await(message -> message.path("text").asString("").equals("9"));
    assertThat(texts(moved)).containsExactly("5", "6", "7", "8", "9");
    bob.await(message -> message.path("event").asString("").equals("moved"));
    assertThat(presence(bob)).containsExactly("joined ann", "moved ann");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSessionWhoseNodeIsLostGetsWhatThereIs(boolean withRedis) throws Exception {
    List<ChatServer> nodes = servers(withRedis);
    Talker bob = later(Talker.connect(nodes.getLast().address(), "bob")).join("r");
    annWhoHeardFive(nodes.getFirst(), bob);
    Talker moved = connect(nodes.getLast(), "ann", "lost");
    assertThat(moved.await("message_response").path("history").size()).isEqualTo(5);
    say(bob, 5, 6);
    moved.await(message -> message.path("text").asString("").equals("5"));
    moved.say("r", "here", "1");
    bob.await(message -> message.path("text").asString("").equals("here"));
    bob.await(message -> message.path("event").asString("").equals("moved"));
    assertThat(presence(bob)).containsExactly("joined ann", "moved ann");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoIsNotMovedIsGoneAWhileLater(boolean withRedis) throws Exception {
    List<ChatServer> nodes = servers(withRedis);
    Talker bob = later(Talker.connect(nodes.getLast().address(), "bob")).join("r");
    Talker ann = connect(nodes.getFirst(), "ann").join("r");
    ann.socket().sendClose(WebSocket.NORMAL_CLOSURE, "bye").join();
    bob.await(message -> message.path("event").asString("").equals("left"));
    assertThat(presence(bob)).containsExactly("joined ann", "left ann");
    anUnknownSessionIsTurnedAway(nodes);
  }

  /** A session that nobody knows cannot go on: the client is told to connect anew. */
  private void anUnknownSessionIsTurnedAway(List<ChatServer> nodes) throws Exception {
    Talker unknown =
        later(
            Talker.connect(
                nodes.getLast().address(),
                "eve",
                List.of(Handover.SESSION, "0123456789abcdef", Handover.RESUME, "lost")));
    assertThat(unknown.closeCode()).isEqualTo(1012);
  }
}
