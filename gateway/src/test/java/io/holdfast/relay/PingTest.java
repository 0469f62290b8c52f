package io.holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.observe.EndedBy;
import io.holdfast.relay.Bench.Policy;
import io.holdfast.relay.Bench.Tied;
import io.holdfast.websocket.Frame;
import io.holdfast.websocket.Opcode;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pings of our own: when, where, and what becomes of their Pongs. */
final class PingTest {
  private static final int KEY = 0x1234_5678;

  /** Up to an eighth of the interval early, up to a tick or two late. */
  private static final Duration INTERVAL = Duration.ofMillis(25_300);

  private final Bench bench = new Bench();
  private final Tied tied = bench.relay(Policy.QUIET.pings(25, 60).build());

  @AfterEach
  void nothingIsLeft() {
    bench.clear();
  }

  private static Frame pong(Frame ping) {
    return Frame.of(Opcode.PONG, ping.payload());
  }

  @Test
  void aSilentLegIsSentAPingEachMaskedAsItMustBe() {
    bench.pass(Duration.ofSeconds(21));
    assertThat(tied.client.got()).isEmpty();
    bench.pass(INTERVAL.minusSeconds(21));
    Frame toClient = tied.client.gotOne();
    Frame toBackend = tied.backend.gotOne();
    assertThat(toClient.opcode()).isEqualTo(Opcode.PING);
    assertThat(toClient.mask()).isNull();
    assertThat(toBackend.opcode()).isEqualTo(Opcode.PING);
    assertThat(toBackend.mask()).isNotNull();
  }

  @Test
  void ourPongsAreTakenOutAndOthersPass() {
    bench.pass(INTERVAL);
    Frame toClient = tied.client.gotOne();
    Frame toBackend = tied.backend.gotOne();

    tied.client.sends(
        Frame.text("a").masked(KEY), pong(toClient).masked(KEY), Frame.pong("mine").masked(KEY));
    tied.backend.sends(pong(toBackend), Frame.ping("yours"));
    assertThat(tied.backend.got()).extracting(Frame::text).containsExactly("a", "mine");
    assertThat(tied.client.gotOne().text()).isEqualTo("yours");
  }

  @Test
  void aPongInPiecesIsTakenOutToo() {
    bench.pass(INTERVAL);
    byte[] pong = pong(tied.client.gotOne()).masked(KEY).bytes();
    tied.backend.got();
    for (byte b : pong) {
      tied.client.sends(new byte[] {b});
    }
    tied.client.sends(Frame.text("after").masked(KEY));
    assertThat(tied.backend.gotOne().text()).isEqualTo("after");
  }

  @Test
  void aLegThatSpeaksIsNotPinged() {
    for (int i = 0; i < 10; i++) {
      bench.pass(Duration.ofSeconds(20));
      tied.client.sends(Frame.text("x").masked(KEY));
      tied.backend.sends(Frame.text("x"));
      assertThat(tied.client.gotOne().text()).isEqualTo("x");
      assertThat(tied.backend.gotOne().text()).isEqualTo("x");
    }
  }

  @Test
  void aPingWaitsForTheBoundary() {
    byte[] frame = Frame.text("long").unfinished().bytes();
    tied.backend.sends(Arrays.copyOf(frame, 4));
    tied.client.gotBytes();
    bench.pass(INTERVAL);
    assertThat(tied.client.gotBytes()).as("inside a frame").isEmpty();
    tied.backend.sends(Arrays.copyOfRange(frame, 4, frame.length));
    byte[] after = tied.client.gotBytes();
    assertThat(after).startsWith((byte) 'n', (byte) 'g', (byte) 0x89, (byte) 8).hasSize(2 + 10);
  }

  @Test
  void noPingOfOursStandsBehindAnUnansweredForeignOne() {
    tied.backend.sends(Frame.ping("theirs"));
    assertThat(tied.client.gotOne().text()).isEqualTo("theirs");
    bench.pass(INTERVAL);
    assertThat(tied.client.got()).as("it has one to answer").isEmpty();

    tied.client.sends(Frame.pong("theirs").masked(KEY));
    assertThat(tied.backend.got()).last().extracting(Frame::text).isEqualTo("theirs");
    bench.pass(INTERVAL);
    assertThat(tied.client.gotOne().opcode()).isEqualTo(Opcode.PING);
  }

  @Test
  void aForeignPingThatStaysUnansweredCountsAsOurs() {
    tied.backend.sends(Frame.ping("theirs"));
    tied.client.gotBytes();
    for (int i = 0; i < 10 && !tied.relay.closing(); i++) {
      bench.pass(Duration.ofSeconds(10));
      if (!tied.relay.closing()) {
        tied.backend.sends(Frame.text("alive"));
      }
    }
    assertThat(tied.client.got()).last().extracting(Frame::close).isEqualTo("1011 no Pong in time");
  }

  @Test
  void aForeignPingThatIsAnsweredWronglyIsForgotten() {
    tied.backend.sends(Frame.ping("theirs"));
    tied.client.sends(Frame.pong("not theirs").masked(KEY));
    assertThat(tied.client.gotOne().text()).isEqualTo("theirs");
    bench.pass(INTERVAL);
    assertThat(tied.client.gotOne().opcode()).as("one of ours").isEqualTo(Opcode.PING);
  }

  @Test
  void aLegThatDoesNotAnswerIsDead() {
    bench.pass(INTERVAL);
    Frame toBackend = tied.backend.gotOne();
    tied.client.gotOne();
    tied.backend.sends(pong(toBackend));
    bench.pass(Duration.ofSeconds(56));
    assertThat(tied.relay.closing()).isFalse();
    tied.backend.sends(Frame.text("alive"));
    tied.client.gotBytes();
    bench.pass(Duration.ofSeconds(5));
    assertThat(tied.client.gotOne().close()).isEqualTo("1011 no Pong in time");
    assertThat(tied.backend.got()).last().extracting(Frame::close).isEqualTo("1012 client lost");
    bench.pass(Duration.ofSeconds(6));
    assertThat(tied.end()).isEqualTo(new RelayEnd(EndedBy.CLIENT, 1006, "no Pong in time", false));
  }

  @Test
  void whoIsNotReadIsNotBlamedForSilence() {
    bench.pass(INTERVAL);
    tied.backend.gotOne();
    tied.backend.stuck(true);
    // The client fills the backend's buffer and is no longer read; the backend lives.
    tied.client.sends(Frame.binary(100_000).masked(KEY));
    assertThat(tied.client.reads()).isFalse();
    for (int i = 0; i < 12; i++) {
      bench.pass(Duration.ofSeconds(8));
      tied.backend.sends(Frame.pong(""));
      tied.backend.stuck(false);
      tied.backend.stuck(true);
      tied.backend.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
      tied.client.gotBytes();
    }
    assertThat(tied.client.reads()).isFalse();
    assertThat(tied.relay.closing()).isFalse();
  }
}
