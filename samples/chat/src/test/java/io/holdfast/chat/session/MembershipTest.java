package io.holdfast.chat.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.chat.message.Message;
import io.holdfast.chat.message.Outgoing;
import io.holdfast.chat.message.Person;
import io.holdfast.chat.room.RoomEvent;
import io.holdfast.chat.room.RoomStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens in a room while one arrives there. */
final class MembershipTest {
  private static final Person ANN = new Person("ann", "Ann", "a");

  private final List<Outgoing> sent = new ArrayList<>();
  private final Membership membership =
      new Membership(
          "r",
          new Outbox() {
            @Override
            public void send(Outgoing message) {
              sent.add(message);
            }

            @Override
            public void ping() {}

            @Override
            public void close(int code, String reason) {}
          });

  private static Message message(long sequence) {
    return new Message("id" + sequence, "r", sequence, "ann", "Ann", "x", Instant.EPOCH);
  }

  private void hear(long sequence) {
    RoomEvent event = new RoomEvent.Said(message(sequence));
    membership.hear(event, event.message());
  }

  @Test
  void whatIsFoundIsNotToldTwiceAndWhatIsMissedIsToldBehindIt() {
    hear(1);
    hear(2);
    assertThat(sent).isEmpty();
    List<Message> history = List.of(message(1));
    membership.arrive(new RoomStore.Arrival(List.of(ANN), history), "j");
    hear(3);

    assertThat(sent.stream().map(Outgoing::json))
        .containsExactly(
            Outgoing.joined("r", List.of(ANN), history, "j").json(),
            Outgoing.message(message(2)).json(),
            Outgoing.message(message(3)).json());
  }
}
