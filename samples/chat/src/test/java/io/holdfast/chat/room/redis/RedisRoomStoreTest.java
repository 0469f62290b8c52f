package io.holdfast.chat.room.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.chat.message.Message;
import io.holdfast.chat.message.Person;
import io.holdfast.chat.room.RoomEvent;
import io.holdfast.chat.room.RoomStore;
import io.lettuce.core.RedisClient;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes that share rooms through a real Redis, which is killed and comes back. */
@SuppressWarnings("NullAway.Init")
final class RedisRoomStoreTest {
  private static final Person ANN = new Person("ann", "Ann", "a");
  private static final Person CARL = new Person("carl", "Carl", "a");
  private static final Person BOB = new Person("bob", "Bob", "b");

  private final List<RedisRoomStore> stores = new ArrayList<>();
  private RedisProcess redis;

  @BeforeEach
  void start() throws Exception {
    redis = new RedisProcess();
  }

  @AfterEach
  void stop() throws Exception {
    stores.forEach(RedisRoomStore::close);
    redis.close();
  }

  /** A node's store, and all that its listeners are told. */
  private final class Node implements RoomStore.Listener {
    private final RedisRoomStore store;
    private final List<RoomEvent> events = new CopyOnWriteArrayList<>();
    private final List<Boolean> apart = new CopyOnWriteArrayList<>();

    Node(String name) {
      store = RedisRoomStore.connect(redis.uri(), name, InstantSource.system());
      stores.add(store);
      store.listen(this);
    }

    @Override
    public void onEvent(RoomEvent event) {
      events.add(event);
    }

    @Override
    public void onApart(boolean isSo) {
      apart.add(isSo);
    }

    List<String> said() {
      return events.stream()
          .filter(RoomEvent.Said.class::isInstance)
          .map(event -> ((RoomEvent.Said) event).said().text())
          .toList();
    }

    Message say(Person who, String text) throws Exception {
      return get(store.say("r", who, UUID.randomUUID().toString(), text));
    }
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static List<String> texts(List<Message> messages) {
    return messages.stream().map(Message::text).toList();
  }

  @Test
  void nodesHearOfEverythingInOneOrder() throws Exception {
    Node a = new Node("a");
    Node b = new Node("b");
    assertThat(get(a.store.join("r", ANN)).members()).containsExactly(ANN);
    assertThat(get(b.store.join("r", BOB)).members()).containsExactlyInAnyOrder(ANN, BOB);
    get(a.store.join("r", CARL));
    List<CompletionStage<Message>> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      String id = UUID.randomUUID().toString();
      all.add(
          i % 2 == 0 ? a.store.say("r", ANN, id, "é\"\n" + i) : b.store.say("r", BOB, id, "b" + i));
    }
    for (CompletionStage<Message> one : all) {
      get(one);
    }
    a.store.typing("r", ANN);
    a.store.leave("r", ANN);
    RoomEvent last = new RoomEvent.Left("r", ANN, 2);
    Awaitility.await().until(() -> a.events.contains(last) && b.events.contains(last));
    assertThat(a.said()).hasSize(300).contains("é\"\n0").isEqualTo(b.said());
    assertThat(a.events)
        .startsWith(new RoomEvent.Joined("r", ANN, 1), new RoomEvent.Joined("r", BOB, 2))
        .endsWith(new RoomEvent.Typing("r", ANN), last);
    assertThat(texts(get(b.store.history("r", Long.MAX_VALUE, 1000))))
        .isEqualTo(b.said().subList(100, 300));
    assertThat(texts(get(b.store.history("r", 150, 10)))).isEqualTo(b.said().subList(139, 149));
    assertThat(get(b.store.members("r"))).containsExactlyInAnyOrder(BOB, CARL);
  }

  @Test
  void whatIsSentAgainIsSaidOnce() throws Exception {
    Node a = new Node("a");
    get(a.store.join("r", ANN));
    String id = UUID.randomUUID().toString();
    Message first = get(a.store.say("r", ANN, id, "once"));
    assertThat(get(a.store.say("r", ANN, id, "once")).sequence()).isEqualTo(first.sequence());
    a.say(ANN, "next");
    Awaitility.await().until(() -> a.said().contains("next"));
    assertThat(a.said()).containsExactly("once", "next");
  }

  @Test
  void withoutRedisThoseOfANodeHearEachOtherAndTheOthersHearItLater() throws Exception {
    Node a = new Node("a");
    Node b = new Node("b");
    get(a.store.join("r", ANN));
    get(b.store.join("r", BOB));
    a.say(ANN, "before");
    Awaitility.await().until(() -> b.said().contains("before"));

    redis.kill();
    Awaitility.await().until(() -> a.apart.contains(true) && b.apart.contains(true));
    a.say(ANN, "to a");
    b.say(BOB, "to b");
    assertThat(texts(get(a.store.join("r", CARL)).history())).containsExactly("before", "to a");
    assertThat(get(a.store.members("r"))).containsExactly(ANN, CARL);
    assertThat(a.said()).containsExactly("before", "to a");
    assertThat(b.said()).containsExactly("before", "to b");

    redis.start();
    Awaitility.await().until(() -> a.apart.size() == 2 && b.apart.size() == 2);
    Awaitility.await()
        .untilAsserted(() -> {
          assertThat(a.said()).containsExactly("before", "to a", "to b");
          assertThat(b.said()).containsExactly("before", "to b", "to a");
        });
    assertThat(a.apart).containsExactly(true, false);
    Awaitility.await()
        .untilAsserted(
            () -> assertThat(get(b.store.members("r"))).containsExactlyInAnyOrder(ANN, BOB, CARL));
    assertThat(a.events)
        .as("who may have missed comings and goings is told who is there")
        .anyMatch(event ->
            event instanceof RoomEvent.Present(String _, List<Person> all) && all.contains(ANN));
    Message after = a.say(ANN, "after");
    Awaitility.await().until(() -> b.said().contains("after"));
    assertThat(after.sequence()).isGreaterThan(2);
    assertThat(b.said()).endsWith("after").hasSize(4);
    assertThat(texts(get(b.store.history("r", Long.MAX_VALUE, 10))))
        .containsExactlyInAnyOrder("to a", "to b", "after");
  }

  @Test
  void aNodeThatWasCutOffHearsWhatTheOthersSaid() throws Exception {
    try (Cut cut = new Cut(redis.uri())) {
      Node b = new Node("b");
      RedisRoomStore far = RedisRoomStore.connect(cut.uri(), "a", InstantSource.system());
      stores.add(far);
      List<String> heard = new CopyOnWriteArrayList<>();
      far.listen(event -> {
        if (event instanceof RoomEvent.Said(Message said)) {
          heard.add(said.text());
        }
      });
      get(far.join("r", ANN));
      get(b.store.join("r", BOB));
      b.say(BOB, "0");
      Awaitility.await().until(() -> heard.contains("0"));
      cut.cut();
      for (int i = 1; i < 20; i++) {
        b.say(BOB, Integer.toString(i));
      }
      cut.mend();
      Awaitility.await()
          .untilAsserted(() ->
              assertThat(heard)
                  .containsExactlyElementsOf(
                      IntStream.range(0, 20).mapToObj(Integer::toString).toList()));
      b.say(BOB, "20");
      Awaitility.await().until(() -> heard.contains("20"));
    }
  }

  @Test
  void membersOfANodeThatDiedLeave() throws Exception {
    Node a = new Node("a");
    Node b = new Node("b");
    get(a.store.join("r", ANN));
    get(b.store.join("r", BOB));
    b.store.close();
    RedisClient other = RedisClient.create(redis.uri());
    try (var commands = other.connect()) {
      // As when the time is over for which it is believed.
      commands.sync().zadd("holdfast-chat:nodes", 0, "b");
      Awaitility.await().until(() -> a.events.contains(new RoomEvent.Left("r", BOB, 1)));
      assertThat(get(a.store.members("r"))).containsExactly(ANN);
      assertThat(commands.sync().exists("holdfast-chat:node:b")).isZero();
    } finally {
      other.shutdown();
    }
  }

  @Test
  void withoutRedisAtTheStartThereIsNoStore() throws Exception {
    redis.kill();
    assertThatThrownBy(() -> new Node("a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no Redis at 127.0.0.1:");
    assertThatThrownBy(() -> RedisRoomStore.connect("http://x", "a", InstantSource.system()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
