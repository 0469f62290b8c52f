package io.holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.MigrationPolicy.Busy;
import io.holdfast.relay.Bench.Policy;
import io.holdfast.relay.Bench.Tied;
import io.holdfast.relay.MoveOutcome.Failure;
import io.holdfast.websocket.Frame;
import io.holdfast.websocket.Opcode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How a relay whose state is in its opening goes from one backend to another. */
final class PrologueTest extends MoveFixture {
  @Test
  void thePrologueIsSaidAgainAndItsAnswersAreSwallowed() {
    Tied tied = bench.relay(Policy.QUIET.moves(Moves.policy(Busy.LEAVE, 2, 1)).build());
    byte[] both = Frame.bytes(List.of(say("init"), say("subscribe")));
    tied.client.sends(Arrays.copyOf(both, 7));
    tied.client.sends(Arrays.copyOfRange(both, 7, both.length));
    tied.backend.sends(Frame.text("ack"), Frame.text("data 1"));
    tied.client.sends(say("not of it"));
    Wire other = tied.movesTo(outcome);
    settle();
    assertThat(outcome.committed).as("before the answer").isFalse();
    assertThat(other.gotBytes()).isEqualTo(both);

    byte[] answers =
        Frame.bytes(
            List.of(
                Frame.text("ack").unfinished(),
                Frame.ping("!"),
                Frame.of(Opcode.CONTINUATION, new byte[0]),
                Frame.text("data 2")));
    other.sends(Arrays.copyOf(answers, 9));
    other.sends(Arrays.copyOfRange(answers, 9, answers.length));
    other.runPendingTasks();
    bench.pass(TICK);
    assertThat(outcome.committed).isTrue();
    tied.backend.sends(Frame.close(1001, ""));
    assertThat(texts(tied.client)).containsExactly("ack", "data 1", "!", "data 2");
  }

  @Test
  void thePrologueIsSaidByTurnsAsItWas() {
    Tied tied = bench.relay(Policy.QUIET.moves(Moves.policy(Busy.LEAVE, 3, 2)).build());
    tied.client.sends(say("init"));
    tied.backend.sends(Frame.text("ack"));
    tied.client.sends(say("join"));
    tied.backend.sends(Frame.text("joined"), Frame.text("news"));
    tied.client.sends(say("go"));
    Wire other = tied.movesTo(outcome);
    settle();
    assertThat(texts(other)).containsExactly("init");
    other.sends(Frame.text("ack"));
    bench.pass(TICK);
    assertThat(texts(other)).containsExactly("join");
    assertThat(outcome.committed).isFalse();
    other.sends(Frame.text("joined"), Frame.text("more news"));
    bench.pass(TICK);
    assertThat(texts(other)).containsExactly("go");
    tied.backend.sends(Frame.close(1001, ""));
    assertThat(outcome.moved).isTrue();
    assertThat(texts(tied.client)).containsExactly("ack", "joined", "news", "more news");
  }

  @Test
  void thePrologueIsSaidToEveryNewBackend() {
    Tied tied = bench.relay(Policy.QUIET.moves(Moves.policy(Busy.LEAVE, 1, 0)).build());
    tied.client.sends(say("init"));
    Wire last = tied.backend;
    for (int i = 0; i < 3; i++) {
      assertThat(texts(last)).containsExactly("init");
      Moves told = new Moves();
      Wire next = tied.movesTo(told);
      settle();
      leaves(last);
      assertThat(told.moved).isTrue();
      last = next;
    }
  }

  /** With a prologue of one message and one answer, both said. */
  private Tied opened(Busy busy) {
    Tied tied = bench.relay(Policy.QUIET.moves(Moves.policy(busy, 1, 1)).build());
    tied.client.sends(say("init"));
    tied.backend.sends(Frame.text("ack"));
    return tied;
  }

  /** Asks for a move; {@code calls} counts when a new backend is wanted. */
  private void settles(Tied tied, AtomicInteger calls) {
    tied.relay.settle(calls::incrementAndGet, outcome);
  }

  /** Never lets its relay be silent. */
  private void chat(Tied tied, Duration time) {
    for (long left = time.toMillis(); left > 0; left -= TICK.toMillis()) {
      tied.client.sends(say("chat"));
      bench.pass(TICK);
    }
  }

  @Test
  void aBackendThatHearsAPrologueIsCalledInSilenceOnly() {
    AtomicInteger calls = new AtomicInteger();
    Tied tied = opened(Busy.LEAVE);
    settles(tied, calls);
    chat(tied, Duration.ofMillis(800));
    assertThat(calls).hasValue(0);
    settle();
    assertThat(calls).hasValue(1);
    assertThat(tied.client.reads()).as("goes on meanwhile").isTrue();

    Wire other = tied.movesTo(outcome);
    assertThat(texts(other)).as("at once").containsExactly("init");
    other.sends(Frame.text("ack"));
    bench.pass(TICK);
    tied.backend.sends(Frame.close(1001, ""));
    assertThat(outcome.settled).isTrue();
    assertThat(calls).hasValue(1);
  }

  @Test
  void aServerThatSpeaksFirstAnswersThoughItIsNotToldYet() {
    AtomicInteger calls = new AtomicInteger();
    Tied tied = bench.relay(Policy.QUIET.moves(Moves.policy(Busy.LEAVE, 1, 2)).build());
    tied.backend.sends(Frame.text("welcome"));
    tied.client.sends(say("subscribe"));
    tied.backend.sends(Frame.text("subscribed"));
    settles(tied, calls);
    settle();
    assertThat(calls).hasValue(1);
    tied.client.sends(say("meanwhile"));
    Wire other = tied.movesTo(outcome);
    other.sends(Frame.text("welcome")); // with the answer to its handshake
    bench.pass(TICK);
    assertThat(texts(other)).as("its client may still be busy").isEmpty();
    settle();
    assertThat(texts(other)).containsExactly("subscribe");
    other.sends(Frame.text("subscribed"), Frame.text("news"));
    bench.pass(TICK);
    assertThat(outcome.committed).isTrue();
    assertThat(texts(tied.backend)).containsExactly("subscribe", "meanwhile", "1001 moved");
    tied.backend.sends(Frame.close(1001, ""));
    assertThat(outcome.moved).isTrue();
    assertThat(texts(tied.client)).containsExactly("welcome", "subscribed", "news");
  }

  @Test
  void aRelayThatSpokeWhileItsBackendWasCalledSettlesAnew() {
    AtomicInteger calls = new AtomicInteger();
    Tied tied = opened(Busy.LEAVE);
    settles(tied, calls);
    settle();
    assertThat(calls).hasValue(1);
    chat(tied, Moves.AT_MOST.multipliedBy(2)); // which does not count as time to settle
    Wire other = tied.movesTo(outcome);
    assertThat(texts(other)).isEmpty();
    settle();
    assertThat(texts(other)).containsExactly("init");
    assertThat(calls).hasValue(1);
  }

  @Test
  void aBusyRelayCallsItsBackendWhenItsTimeIsUp() {
    AtomicInteger calls = new AtomicInteger();
    Tied tied = opened(Busy.MOVE);
    settles(tied, calls);
    chat(tied, Moves.AT_MOST.minus(TICK).minus(TICK));
    assertThat(calls).hasValue(0);
    chat(tied, TICK.multipliedBy(4));
    assertThat(calls).hasValue(1);
    assertThat(tied.client.reads()).isTrue();

    Wire other = tied.movesTo(outcome);
    assertThat(tied.client.reads()).as("held at once").isFalse();
    bench.pass(Moves.QUIET.multipliedBy(2).plus(TICK));
    assertThat(texts(other)).containsExactly("init");
    other.sends(Frame.text("ack"));
    bench.pass(TICK);
    tied.backend.sends(Frame.close(1001, ""));
    assertThat(outcome.moved).isTrue();
    assertThat(outcome.settled).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"LEAVE, BUSY_LEFT", "CLOSE, BUSY_CLOSED"})
  void noBackendIsCalledForABusyRelayThatIsNotToMove(Busy busy, Failure why) {
    AtomicInteger calls = new AtomicInteger();
    Tied tied = opened(busy);
    settles(tied, calls);
    chat(tied, Moves.AT_MOST.plus(TICK).plus(TICK));
    assertThat(outcome.failure).isEqualTo(why);
    assertThat(tied.relay.closing()).isEqualTo(busy == Busy.CLOSE);
    assertThat(calls).hasValue(0);
  }

  @Test
  void noBackendIsCalledForARelayInItsPrologue() {
    AtomicInteger calls = new AtomicInteger();
    Tied tied = bench.relay(Policy.QUIET.moves(Moves.policy(Busy.MOVE, 2, 1)).build());
    tied.client.sends(say("init"));
    settles(tied, calls);
    bench.pass(Moves.AT_MOST.plus(TICK).plus(TICK));
    assertThat(outcome.failure).isEqualTo(Failure.PROLOGUE);
    assertThat(calls).hasValue(0);
  }

  @Test
  void aRelayThatGetsNoBackendStaysAndMayTryAgain() {
    AtomicInteger calls = new AtomicInteger();
    Tied tied = opened(Busy.LEAVE);
    settles(tied, calls);
    settle();
    tied.relay.abandon();
    assertThat(outcome.failure).isEqualTo(Failure.BACKEND);
    tied.client.sends(say("on"));
    assertThat(texts(tied.backend)).containsExactly("init", "on");

    Moves second = new Moves();
    tied.relay.settle(calls::incrementAndGet, second);
    assertThat(second.over()).isFalse();
    settle();
    assertThat(calls).hasValue(2);
  }

  @Test
  void aRelayThatEndsCallsNobody() {
    AtomicInteger calls = new AtomicInteger();
    Tied tied = opened(Busy.LEAVE);
    settles(tied, calls);
    tied.relay.end(1012, "", "test");
    assertThat(outcome.failure).isEqualTo(Failure.ENDED);
    settle();
    assertThat(calls).hasValue(0);
    Moves late = new Moves();
    tied.relay.settle(calls::incrementAndGet, late);
    assertThat(late.failure).isEqualTo(Failure.ENDED);
  }

  @Test
  void aRelayWhoseBackendIsLostWhileAnotherIsCalledIsRescued() {
    AtomicInteger calls = new AtomicInteger();
    Tied tied = opened(Busy.LEAVE);
    settles(tied, calls);
    settle();
    AtomicInteger rescues = new AtomicInteger();
    tied.finder = why -> rescues.incrementAndGet();
    tied.backend.ends();
    assertThat(outcome.failure).isEqualTo(Failure.ENDED);
    assertThat(rescues).hasValue(1);
    tied.relay.settle(calls::incrementAndGet, new Moves());
    assertThat(calls).as("at once, for it has no backend").hasValue(2);
  }

  @Test
  void aPrologueThatIsTooLargeKeepsARelayWhereItIs() {
    Tied tied = bench.relay(Policy.QUIET.moves(Moves.policy(Busy.MOVE, 1, 1)).build());
    tied.client.sends(Frame.binary(300_000).masked(KEY));
    tied.movesTo(outcome);
    bench.pass(Moves.AT_MOST.plus(TICK).plus(TICK));
    assertThat(outcome.failure).isEqualTo(Failure.PROLOGUE);
    tied.backend.gotBytes();
  }

  @Test
  void aRelayInItsPrologueIsNotMoved() {
    Tied tied = bench.relay(Policy.QUIET.moves(Moves.policy(Busy.MOVE, 2, 1)).build());
    tied.client.sends(say("init"));
    tied.movesTo(outcome);
    bench.pass(Moves.AT_MOST.plus(TICK).plus(TICK));
    assertThat(outcome.failure).isEqualTo(Failure.PROLOGUE);
  }

  @Test
  void aPrologueThatIsNotAnsweredStopsTheMove() {
    Tied tied = bench.relay(Policy.QUIET.moves(Moves.policy(Busy.MOVE, 1, 1)).build());
    tied.client.sends(say("init"));
    tied.backend.sends(Frame.text("ack"));
    tied.movesTo(outcome);
    settle();
    tied.client.sends(say("held"));
    bench.pass(Moves.TIMEOUT.plus(TICK));
    assertThat(outcome.failure).isEqualTo(Failure.BACKEND);
    assertThat(texts(tied.backend)).containsExactly("init", "held");
  }

  @Test
  void whatIsHeldIsSaidToTheNextOneWhenTheOldBackendClosesMeanwhile() {
    Tied tied = opened(Busy.MOVE);
    tied.finder = why -> {};
    Wire other = tied.movesTo(outcome);
    settle();
    tied.client.sends(say("held"));
    tied.backend.sends(Frame.close(1012, "restart"));
    assertThat(outcome.failure).isEqualTo(Failure.ENDED);
    assertThat(texts(other)).containsExactly("init", "1001 not moved");
    assertThat(texts(tied.backend)).as("it hears nothing more").doesNotContain("held");
    Moves second = new Moves();
    Wire third = tied.movesTo(second);
    third.sends(Frame.text("ack"));
    bench.pass(TICK);
    assertThat(texts(third)).containsExactly("init", "held");
    assertThat(second.moved).isTrue();
    assertThat(tied.relay.messagesFromBackend()).as("what the client got").isEqualTo(1);
  }

  @Test
  void anAnswerOfWhichOneWasHadIsSwallowedOnce() {
    Tied tied = bench.relay(Policy.QUIET.moves(Moves.policy(Busy.MOVE, 1, 2)).build());
    tied.finder = why -> {};
    tied.client.sends(say("init"));
    tied.backend.sends(Frame.text("ack"));
    tied.backend.ends();
    Wire second = tied.movesTo(outcome);
    second.sends(Frame.text("ack"));
    second.ends();
    Moves told = new Moves();
    Wire third = tied.movesTo(told);
    third.sends(Frame.text("ack"), Frame.text("ready"));
    bench.pass(TICK);
    assertThat(told.moved).isTrue();
    assertThat(texts(tied.client)).containsExactly("ack", "ready");
  }

  @Test
  void anAnswerThatTheClientHasNotHadIsNotSwallowed() {
    Tied tied = bench.relay(Policy.QUIET.moves(Moves.policy(Busy.MOVE, 1, 1)).build());
    tied.finder = why -> {};
    tied.client.sends(say("init"));
    tied.backend.ends();
    Wire other = tied.movesTo(outcome);
    assertThat(outcome.committed).isTrue();
    other.sends(Frame.text("ack"), Frame.text("data"));
    assertThat(texts(other)).containsExactly("init");
    assertThat(texts(tied.client)).containsExactly("ack", "data");
  }

  @ParameterizedTest
  @EnumSource(Busy.class)
  void aRelayWhosePrologueIsNotAnsweredYetIsNotMoved(Busy busy) {
    Tied tied = bench.relay(Policy.QUIET.moves(Moves.policy(busy, 1, 1)).build());
    tied.client.sends(say("init"));
    AtomicInteger calls = new AtomicInteger();
    settles(tied, calls);
    bench.pass(Moves.AT_MOST.minus(TICK));
    assertThat(calls).as("its answer would come from both").hasValue(0);
    bench.pass(TICK.plus(TICK));
    assertThat(outcome.failure).isEqualTo(Failure.PROLOGUE);
    tied.backend.sends(Frame.text("ack"));
    assertThat(texts(tied.client)).containsExactly("ack");
  }

  @Test
  void aPrologueIsSaidToTheNextOneWhenABackendIsLostBeforeItsAnswer() {
    Tied tied = bench.relay(Policy.QUIET.moves(Moves.policy(Busy.MOVE, 1, 1)).build());
    tied.finder = why -> {};
    tied.client.sends(say("init"));
    tied.backend.sends(Frame.text("ack"), Frame.close(1012, "restart"));
    Wire first = tied.movesTo(outcome);
    tied.client.sends(say("held"));
    assertThat(texts(first)).containsExactly("init");
    first.sends(Frame.close(1012, "restart"));
    assertThat(outcome.failure).isEqualTo(Failure.BACKEND);
    assertThat(tied.relay.adrift()).isTrue();

    Moves second = new Moves();
    Wire other = tied.movesTo(second);
    assertThat(texts(other)).containsExactly("init");
    other.sends(Frame.text("ack"));
    bench.pass(TICK);
    assertThat(second.moved).isTrue();
    assertThat(texts(other)).containsExactly("held");
    assertThat(texts(tied.client)).containsExactly("ack");
  }

  @Test
  void aRelayEndsWhenNoBackendAnswersItsPrologue() {
    Tied tied = bench.relay(Policy.QUIET.moves(Moves.policy(Busy.MOVE, 1, 1)).build());
    tied.finder = why -> {};
    tied.client.sends(say("init"));
    tied.backend.sends(Frame.text("ack"), Frame.close(1012, "restart"));
    tied.movesTo(outcome);
    bench.pass(Moves.TIMEOUT.plus(TICK));
    assertThat(outcome.failure).isEqualTo(Failure.BACKEND);
    tied.relay.abandon();
    assertThat(texts(tied.client)).containsExactly("ack", "1012 closed");
  }
}
