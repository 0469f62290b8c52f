package io.holdfast.chat.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chat.message.Message;
import io.holdfast.chat.message.Person;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class MemoryRoomStoreTest {
  private static final Person ANN = new Person("ann", "Ann", "a");

  private final MemoryRoomStore store = new MemoryRoomStore(InstantSource.fixed(Instant.EPOCH));
  private final List<RoomEvent> heard = new ArrayList<>();

  private List<Message> history(String room) throws Exception {
    return store.history(room, Long.MAX_VALUE, 1000).toCompletableFuture().get();
  }

  @Test
  void listenersHearOfEverythingUntilTheyAreClosed() {
    RoomStore.Ear ear = store.listen(heard::add);
    store.join("r", ANN);
    store.join("r", ANN);
    store.typing("r", ANN);
    store.leave("r", ANN);
    store.leave("r", ANN);
    ear.close();
    store.join("r", ANN);
    assertThat(heard)
        .containsExactly(
            new RoomEvent.Joined("r", ANN, 1),
            new RoomEvent.Typing("r", ANN),
            new RoomEvent.Left("r", ANN, 0));
  }

  @Test
  void theNewestMessagesAreKept() throws Exception {
    for (int i = 0; i < 250; i++) {
      store.say("r", ANN, UUID.randomUUID().toString(), "m" + i);
    }
    assertThat(history("r")).hasSize(200);
    assertThat(history("r").getFirst().sequence()).isEqualTo(51);
    assertThat(history("r").getLast().text()).isEqualTo("m249");
  }

  @Test
  void roomsThatNobodyIsInAreForgottenWhenThereAreMany() throws Exception {
    store.join("kept", ANN);
    store.say("kept", ANN, UUID.randomUUID().toString(), "x");
    for (int i = 0; i < 12_000; i++) {
      store.say("r" + i, ANN, UUID.randomUUID().toString(), "x");
    }
    store.join("last", ANN);
    assertThat(history("kept")).hasSize(1);
    assertThat(history("r0")).isEmpty();
    assertThat(history("r11999")).hasSize(1);
  }
}
