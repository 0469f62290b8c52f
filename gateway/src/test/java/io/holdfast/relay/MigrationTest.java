package io.holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.MigrationPolicy.Busy;
import io.holdfast.observe.EndedBy;
import io.holdfast.relay.Bench.Policy;
import io.holdfast.relay.Bench.Tied;
import io.holdfast.relay.MoveOutcome.Failure;
import io.holdfast.websocket.Frame;
import io.holdfast.websocket.Opcode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a relay goes from one backend to another. */
final class MigrationTest extends MoveFixture {
  private Tied relay(Busy busy) {
    return bench.relay(Policy.QUIET.moves(Moves.policy(busy)).build());
  }

  // Planned.

  @Test
  void aSilentRelayMovesAndItsClientSeesNothing() {
    Tied tied = relay(Busy.LEAVE);
    tied.client.sends(say("one"));
    tied.backend.sends(Frame.text("first"));
    assertThat(texts(tied.backend)).containsExactly("one");

    Wire other = tied.movesTo(outcome);
    settle();
    leaves(tied.backend);
    assertThat(outcome.moved).isTrue();
    assertThat(outcome.settled).isTrue();

    tied.client.sends(say("two"));
    other.sends(Frame.text("second"));
    assertThat(texts(other)).containsExactly("two");
    assertThat(texts(tied.client)).containsExactly("first", "second");
    assertThat(tied.relay.messagesFromClient()).isEqualTo(2);
    assertThat(tied.relay.messagesFromBackend()).isEqualTo(2);
    assertThat(tied.client.reads() && other.reads()).isTrue();

    tied.client.sends(Frame.close(1000, "bye").masked(KEY));
    assertThat(texts(other)).containsExactly("1000 bye");
    other.sends(Frame.close(1000, ""));
    tied.client.runPendingTasks();
    other.ends();
    assertThat(tied.end()).isEqualTo(new RelayEnd(EndedBy.CLIENT, 1000, "closed", false));
  }

  @Test
  void whatTheOldBackendSaysBeforeItsCloseComesBeforeAllOfTheNewOne() {
    Tied tied = relay(Busy.LEAVE);
    Wire other = tied.movesTo(outcome);
    other.sends(Frame.text("early"));
    settle();
    assertThat(outcome.committed).isTrue();
    assertThat(tied.client.reads()).as("held").isFalse();
    tied.client.sends(say("meanwhile"));
    tied.backend.sends(Frame.text("last"), Frame.text("words"), Frame.close(1001, ""));

    assertThat(texts(tied.client)).containsExactly("last", "words", "early");
    assertThat(texts(other)).containsExactly("meanwhile");
    assertThat(texts(tied.backend)).containsExactly("1001 moved");
    tied.backend.ends();
  }

  @Test
  void aRelayIsNotSettledInsideAMessageOrWhileAPingIsUnanswered() {
    Tied tied = relay(Busy.LEAVE);
    tied.client.sends(Frame.text("a").unfinished().masked(KEY));
    tied.movesTo(outcome);
    settle();
    assertThat(outcome.committed).as("between fragments").isFalse();
    tied.client.sends(Frame.of(Opcode.CONTINUATION, new byte[1]).masked(KEY));
    tied.client.sends(Frame.ping("?").masked(KEY));
    settle();
    assertThat(outcome.committed).as("with a Ping unanswered").isFalse();
    tied.backend.sends(Frame.pong("?"));
    settle();
    assertThat(outcome.committed).isTrue();
    tied.backend.gotBytes();
    tied.backend.sends(Frame.close(1001, ""));
    assertThat(outcome.moved).isTrue();
  }

  @Test
  void silenceThatTheGatewayHasSleptThroughIsNone() {
    Tied tied = relay(Busy.LEAVE);
    tied.client.sends(say("a question"));
    tied.movesTo(outcome);
    bench.jump(Moves.QUIET.multipliedBy(4));
    assertThat(outcome.committed).as("at once after the stall").isFalse();
    settlesAnewFromHere(tied);
  }

  private void settlesAnewFromHere(Tied tied) {
    bench.pass(Moves.QUIET.minus(TICK));
    assertThat(outcome.committed).as("before it was silent for long enough").isFalse();
    settle();
    assertThat(outcome.committed).isTrue();
    tied.backend.gotBytes();
    tied.backend.sends(Frame.close(1001, ""));
  }

  @Test
  void aRelayIsNotSettledWhileItsClientDoesNotRead() {
    Tied tied = relay(Busy.LEAVE);
    tied.client.stuck(true);
    tied.backend.sends(Frame.binary(200_000));
    tied.movesTo(outcome);
    settle();
    assertThat(outcome.committed).isFalse();
    tied.client.stuck(false);
    bench.pass(TICK);
    assertThat(outcome.committed).isTrue();
    tied.backend.sends(Frame.close(1001, ""));
    assertThat(tied.client.gotBytes()).hasSize(200_000 + 10);
  }

  @Test
  void aBusyRelayIsLeft() {
    Tied tied = relay(Busy.LEAVE);
    Wire other = tied.movesTo(outcome);
    chat(tied, 30);
    assertThat(outcome.failure).isEqualTo(Failure.BUSY_LEFT);
    assertThat(texts(other)).containsExactly("1001 not moved");
    tied.client.sends(say("still here"));
    assertThat(texts(tied.backend)).contains("still here").doesNotContain("1001 moved");
  }

  @Test
  void aBusyRelayIsEnded() {
    Tied tied = relay(Busy.CLOSE);
    Wire other = tied.movesTo(outcome);
    chat(tied, 22);
    assertThat(outcome.failure).isEqualTo(Failure.BUSY_CLOSED);
    assertThat(texts(other)).containsExactly("1001 not moved");
    assertThat(texts(tied.client)).last().isEqualTo("1012 moves");
  }

  @Test
  void aBusyRelayIsMovedAndItsBackendMayFirstAnswer() {
    Tied tied = relay(Busy.MOVE);
    Wire other = tied.movesTo(outcome);
    chat(tied, 21);
    assertThat(outcome.committed).isFalse();
    assertThat(tied.client.reads()).as("held").isFalse();
    tied.client.sends(say("held"));
    tied.backend.sends(Frame.text("answer"));
    settle();
    assertThat(texts(tied.backend)).last().isEqualTo("1001 moved");
    tied.backend.sends(Frame.close(1001, ""));
    assertThat(outcome.moved).isTrue();
    assertThat(outcome.settled).isFalse();
    assertThat(texts(other)).containsExactly("held");
    assertThat(texts(tied.client)).last().isEqualTo("answer");
  }

  /** Never silent for so many tenths of a second. */
  private void chat(Tied tied, int ticks) {
    for (int i = 0; i < ticks; i++) {
      if (tied.client.reads()) {
        tied.client.sends(say("more"));
      }
      bench.pass(TICK);
    }
  }

  @Test
  void aMessageThatNeverEndsKeepsABusyRelayWhereItIs() {
    Tied tied = relay(Busy.MOVE);
    byte[] message = say("endless").bytes();
    tied.client.sends(Arrays.copyOf(message, message.length - 1));
    tied.movesTo(outcome);
    bench.pass(Moves.AT_MOST.plus(Moves.TIMEOUT).plus(TICK).plus(TICK));
    assertThat(outcome.failure).isEqualTo(Failure.UNFINISHED);
    tied.client.sends(Arrays.copyOfRange(message, message.length - 1, message.length));
    assertThat(texts(tied.backend)).containsExactly("endless");
  }

  @Test
  void anOldBackendWhoseMessageNeverEndsKeepsABusyRelay() {
    Tied tied = relay(Busy.MOVE);
    byte[] message = Frame.text("endless").bytes();
    tied.backend.sends(Arrays.copyOf(message, message.length - 1));
    tied.movesTo(outcome);
    bench.pass(Moves.AT_MOST.plus(TICK));
    tied.client.sends(say("held"));
    bench.pass(Moves.TIMEOUT.plus(TICK));
    assertThat(outcome.failure).isEqualTo(Failure.UNFINISHED);
    assertThat(texts(tied.backend)).containsExactly("held");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aNewBackendThatIsLostWhileAMessageIsToEndChangesNothing(boolean closes) {
    Tied tied = relay(Busy.MOVE);
    byte[] message = say("long").bytes();
    tied.client.sends(Arrays.copyOf(message, message.length - 1));
    Wire other = tied.movesTo(outcome);
    bench.pass(Moves.AT_MOST.plus(TICK));
    if (closes) {
      other.sends(Frame.close(1000, ""));
    } else {
      other.ends();
    }
    assertThat(outcome.failure).isEqualTo(Failure.BACKEND);
    tied.client.sends(Arrays.copyOfRange(message, message.length - 1, message.length));
    assertThat(tied.client.reads()).isTrue();
    tied.client.sends(say("and on"));
    assertThat(texts(tied.backend)).containsExactly("long", "and on");
  }

  @Test
  void aPingThatWaitedForTheEndOfAHeldClientsMessageIsSentThoughTheMoveFails() {
    Tied tied = bench.relay(Policy.QUIET.pings(1, 0).moves(Moves.policy(Busy.MOVE)).build());
    byte[] message = say("long").bytes();
    tied.client.sends(Arrays.copyOf(message, message.length - 1));
    Wire other = tied.movesTo(outcome);
    bench.pass(Moves.AT_MOST.plus(TICK));
    tied.client.sends(Arrays.copyOfRange(message, message.length - 1, message.length));
    other.ends();
    assertThat(outcome.failure).isEqualTo(Failure.BACKEND);
    assertThat(tied.backend.got().stream().map(Frame::opcode))
        .containsExactly(Opcode.TEXT, Opcode.PING);
  }

  @Test
  void aRelayThatEndsWhileAMessageIsToEndHoldsNothing() {
    Tied tied = relay(Busy.MOVE);
    byte[] message = say("long").bytes();
    tied.client.sends(Arrays.copyOf(message, message.length - 1));
    tied.movesTo(outcome);
    bench.pass(Moves.AT_MOST.plus(TICK));
    tied.relay.end(1012, "enough", "test");
    assertThat(texts(tied.client)).containsExactly("1012 enough");
    tied.client.sends(Arrays.copyOfRange(message, message.length - 1, message.length));
    tied.client.sends(Frame.close(1012, "").masked(KEY));
    assertThat(texts(tied.backend)).containsExactly("long", "1012 enough");
    tied.client.runPendingTasks();
    assertThat(tied.client.isOpen()).as("its Close was read").isFalse();
  }

  @Test
  void aPingOfABackendThatIsNotTakenIsNothingToAnswer() {
    Tied tied = relay(Busy.LEAVE);
    Wire other = tied.movesTo(outcome);
    other.sends(Frame.ping("early"));
    other.ends();
    assertThat(outcome.failure).isEqualTo(Failure.BACKEND);
    Moves second = new Moves();
    tied.movesTo(second);
    settle();
    assertThat(second.committed).as("nobody waits for a Pong").isTrue();
    leaves(tied.backend);
    assertThat(texts(tied.client)).isEmpty();
  }

  @Test
  void aPingThatWasHeldIsAnsweredAfterTheMove() {
    Tied tied = relay(Busy.LEAVE);
    Wire other = tied.movesTo(outcome);
    other.sends(Frame.ping("early"));
    settle();
    leaves(tied.backend);
    assertThat(texts(tied.client)).containsExactly("early");
    Moves second = new Moves();
    tied.movesTo(second);
    settle();
    assertThat(second.committed).as("its Pong is still to come").isFalse();
    tied.client.sends(Frame.pong("early").masked(KEY));
    settle();
    assertThat(second.committed).isTrue();
    assertThat(texts(other)).containsExactly("early", "1001 moved");
    other.sends(Frame.close(1001, ""));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPongReachesNobodyWhoDidNotAsk(boolean whileHeld) {
    Tied tied = relay(Busy.LEAVE);
    Wire other = tied.movesTo(outcome);
    settle();
    assertThat(texts(tied.backend)).containsExactly("1001 moved");
    tied.backend.sends(Frame.ping("one"), Frame.ping("two"));
    if (whileHeld) {
      tied.client.sends(Frame.pong("one").masked(KEY), say("held"));
    }
    tied.backend.sends(Frame.close(1001, ""));
    if (!whileHeld) {
      tied.client.sends(Frame.pong("one").masked(KEY), say("held"));
    }
    tied.client.sends(Frame.pong("two").masked(KEY), Frame.pong("unasked").masked(KEY));
    assertThat(texts(other)).containsExactly("held", "unasked");
    tied.client.gotBytes();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPongOfAHeldClientGoesToWhoAskedThoughTheMoveFails(boolean masked) {
    Policy lenient = Policy.QUIET.moves(Moves.policy(Busy.LEAVE, 1, 1)).lenient();
    Tied tied = bench.relay(lenient.build());
    tied.client.sends(say("init"));
    tied.backend.sends(Frame.text("ack"));
    Wire other = tied.movesTo(outcome);
    settle();
    tied.backend.sends(Frame.ping("?"));
    Frame pong = Frame.pong("?");
    tied.client.sends(say("held"), masked ? pong.masked(KEY) : pong);
    assertThat(texts(tied.backend)).containsExactly("init", "?");
    other.ends();
    assertThat(texts(tied.backend)).containsExactly("held");
    tied.client.gotBytes();
  }

  @Test
  void ofTwoPingsBothAreAwaited() {
    Tied tied = relay(Busy.LEAVE);
    tied.backend.sends(Frame.ping("one"), Frame.ping("two"));
    tied.movesTo(outcome);
    tied.client.sends(Frame.pong("one").masked(KEY));
    settle();
    assertThat(outcome.committed).as("with the newest unanswered").isFalse();
    tied.client.sends(Frame.pong("two").masked(KEY));
    settle();
    assertThat(outcome.committed).isTrue();
    tied.backend.gotBytes();
    tied.client.gotBytes();
    tied.backend.sends(Frame.close(1001, ""));
  }

  @Test
  void theNewestOfTwoEqualPingsIsAnswerEnough() {
    Tied tied = relay(Busy.LEAVE);
    tied.backend.sends(Frame.ping(""), Frame.ping(""));
    tied.client.sends(Frame.pong("").masked(KEY));
    tied.movesTo(outcome);
    settle();
    assertThat(outcome.committed).isTrue();
    tied.backend.gotBytes();
    tied.client.gotBytes();
    tied.backend.sends(Frame.close(1001, ""));
  }

  @Test
  void aClientWhoseHoldWasForNothingIsReadAgain() {
    Tied tied = relay(Busy.LEAVE);
    tied.finder = why -> {};
    tied.backend.ends();
    assertThat(tied.client.reads()).as("held").isFalse();
    tied.relay.abandon();
    assertThat(tied.client.reads()).as("for its answer to our Close").isTrue();
    tied.client.gotBytes();
  }

  @Test
  void silenceCountsFromWhenTheOldBackendHasHeardEverything() {
    Tied tied = relay(Busy.LEAVE);
    tied.backend.stuck(true);
    tied.client.sends(say("a question"));
    tied.movesTo(outcome);
    settle();
    tied.backend.stuck(false);
    settlesAnewFromHere(tied);
  }

  @Test
  void aMoveRightAfterAnotherWaitsForTheAnswersToWhatWasHeld() {
    Tied tied = relay(Busy.LEAVE);
    Wire other = tied.movesTo(outcome);
    settle();
    tied.client.sends(say("held"));
    bench.pass(Moves.QUIET);
    leaves(tied.backend);
    assertThat(texts(other)).containsExactly("held");
    Moves second = new Moves();
    tied.movesTo(second);
    bench.pass(Moves.QUIET.minus(TICK));
    assertThat(second.committed).isFalse();
    settle();
    assertThat(second.committed).isTrue();
    other.gotBytes();
    other.sends(Frame.close(1001, ""));
  }

  @Test
  void aClientThatIsHeldIsReadAgainWhenTheRelayEnds() {
    Tied tied = bench.relay(Policy.QUIET.moves(Moves.policy(Busy.LEAVE, 1, 1)).build());
    tied.client.sends(say("init"));
    tied.backend.sends(Frame.text("ack"));
    tied.movesTo(outcome);
    settle();
    assertThat(tied.client.reads()).as("held").isFalse();
    tied.backend.sends(Frame.close(1000, "done"));
    assertThat(texts(tied.client)).containsExactly("ack", "1000 done");
    assertThat(outcome.failure).isEqualTo(Failure.ENDED);
    assertThat(tied.client.reads()).as("for its answer").isTrue();
    tied.client.sends(Frame.close(1000, "").masked(KEY));
    assertThat(texts(tied.backend)).containsExactly("init", "1000 ");
  }

  @Test
  void nothingOfOursStandsInsideAFrameThatWasHeld() {
    Tied tied = relay(Busy.LEAVE);
    Wire other = tied.movesTo(outcome);
    settle();
    assertThat(outcome.committed).isTrue();
    byte[] message = say("half").bytes();
    tied.client.sends(Arrays.copyOf(message, message.length - 1));
    tied.relay.end(1012, "enough", "test");
    assertThat(other.gotBytes()).isEqualTo(Arrays.copyOf(message, message.length - 1));
    assertThat(other.isOpen()).isFalse();
  }

  @Test
  void aNewBackendThatSaysMoreThanMayBeHeldIsNotReadUntilTheMoveIsMade() {
    Tied tied = relay(Busy.LEAVE);
    Wire other = tied.movesTo(outcome);
    assertThat(other.reads()).as("to hear a Close").isTrue();
    other.sends(Frame.binary(200 * 1024));
    assertThat(other.reads()).as("below the limit").isTrue();
    other.sends(Frame.binary(100 * 1024));
    assertThat(other.reads()).as("beyond it").isFalse();
    settle();
    assertThat(outcome.committed).isTrue();
    leaves(tied.backend);
    assertThat(tied.client.gotBytes()).hasSize(300 * 1024 + 20);
    assertThat(other.reads()).isTrue();
  }

  @Test
  void aMoveThatFailsSinceItsRelayEndsIsToldWhenThatIsKnown() {
    Tied tied = relay(Busy.LEAVE);
    List<Boolean> closing = new ArrayList<>();
    tied.movesTo(
        new MoveOutcome() {
          @Override
          public void onCommitted() {}

          @Override
          public void onMoved(long settleNanos, long stallNanos, boolean settled) {}

          @Override
          public void onFailed(Failure failure) {
            closing.add(tied.relay.closing());
          }
        });
    tied.client.sends(Frame.close(1000, "bye").masked(KEY));
    assertThat(closing).containsExactly(true);
    tied.backend.gotBytes();
  }

  @Test
  void messagesThatAreReadWithTheCloseOfTheOldBackendAreCounted() {
    Tied tied = relay(Busy.LEAVE);
    tied.movesTo(outcome);
    settle();
    tied.backend.gotBytes();
    tied.backend.sends(Frame.text("last"), Frame.text("words"), Frame.close(1001, ""));
    assertThat(outcome.moved).isTrue();
    assertThat(tied.relay.messagesFromBackend()).isEqualTo(2);
  }

  @Test
  void aNewBackendIsNotPingedWhileItsClientTakesNothing() {
    Tied tied = bench.relay(Policy.QUIET.pings(1, 1).moves(Moves.policy(Busy.LEAVE)).build());
    List<Resume> wanted = new ArrayList<>();
    tied.finder = wanted::add;
    tied.client.stuck(true);
    tied.backend.sends(Frame.binary(200_000));
    tied.backend.ends();
    Wire other = tied.movesTo(outcome);
    assertThat(outcome.moved).isTrue();
    for (int i = 0; i < 40; i++) {
      tied.client.sends(Frame.pong("life").masked(KEY));
      bench.pass(TICK);
    }
    assertThat(wanted).as("the new one is not taken for dead").containsExactly(Resume.LOST);
    assertThat(other.got().stream().filter(f -> f.opcode() == Opcode.PING)).isEmpty();
    tied.client.stuck(false);
    bench.pass(TICK);
    assertThat(other.reads()).isTrue();
    tied.client.gotBytes();
  }

  @Test
  void aNewBackendThatIsLostBeforeTheCommitChangesNothing() {
    Tied tied = relay(Busy.LEAVE);
    Wire other = tied.movesTo(outcome);
    other.ends();
    assertThat(outcome.failure).isEqualTo(Failure.BACKEND);
    settle();
    tied.client.sends(say("on"));
    assertThat(texts(tied.backend)).containsExactly("on");
  }

  @Test
  void aNewBackendThatClosesBeforeTheCommitChangesNothing() {
    Tied tied = relay(Busy.LEAVE);
    Wire other = tied.movesTo(outcome);
    other.sends(Frame.close(1000, ""));
    assertThat(outcome.failure).isEqualTo(Failure.BACKEND);
    tied.client.sends(say("on"));
    assertThat(texts(tied.backend)).containsExactly("on");
  }

  @Test
  void anOldBackendThatDoesNotAnswerTheCloseIsLeft() {
    Tied tied = relay(Busy.LEAVE);
    Wire other = tied.movesTo(outcome);
    settle();
    bench.pass(Moves.TIMEOUT.plus(TICK));
    assertThat(outcome.moved).isTrue();
    tied.client.sends(say("on"));
    assertThat(texts(other)).containsExactly("on");
    bench.pass(Duration.ofSeconds(6));
    assertThat(tied.backend.isOpen()).isFalse();
  }

  @Test
  void anOldBackendThatReadsNothingAfterTheCommitIsLeft() {
    Tied tied = bench.relay(Policy.QUIET.pings(1, 1).moves(Moves.policy(Busy.LEAVE)).build());
    Wire other = tied.movesTo(outcome);
    tied.backend.stuck(true);
    settle();
    assertThat(outcome.committed).isTrue();
    tied.client.sends(say("held"));
    for (int i = 0; i < 40; i++) {
      tied.client.sends(Frame.pong("life").masked(KEY));
      other.sends(Frame.pong("life"));
      bench.pass(TICK);
    }
    assertThat(outcome.moved).isTrue();
    assertThat(other.got().stream().filter(f -> f.opcode() == Opcode.TEXT).map(Frame::text))
        .containsExactly("held");
    assertThat(tied.end).isNull();
  }

  @Test
  void anOldBackendMayAnswerTheCloseOfAMoveWithAnyCode() {
    Tied tied = relay(Busy.LEAVE);
    Wire other = tied.movesTo(outcome);
    settle();
    tied.client.sends(say("held"));
    tied.backend.sends(Frame.text("last"), Frame.close(1006, ""));
    assertThat(outcome.moved).isTrue();
    assertThat(texts(tied.client)).containsExactly("last");
    assertThat(texts(other)).containsExactly("held");
  }

  @Test
  void anOldBackendThatBreaksTheProtocolAfterTheCommitEndsTheRelay() {
    Tied tied = relay(Busy.LEAVE);
    tied.movesTo(outcome);
    settle();
    assertThat(outcome.committed).isTrue();
    tied.backend.sends(Frame.text("masked").masked(KEY));
    assertThat(outcome.failure).isEqualTo(Failure.ENDED);
    assertThat(texts(tied.client)).last().asString().startsWith("1011");
  }

  @Test
  void anOldBackendThatClosesInsideAMessageEndsTheRelay() {
    Tied tied = relay(Busy.LEAVE);
    Wire other = tied.movesTo(outcome);
    settle();
    tied.client.sends(say("held"));
    tied.backend.sends(Frame.text("half").unfinished(), Frame.close(1001, ""));
    assertThat(texts(tied.client)).last().isEqualTo("1012 moved in the middle of a message");
    assertThat(outcome.failure).isEqualTo(Failure.ENDED);
    assertThat(texts(other)).as("what was said to it is heard").contains("held");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClientThatClosesWhileHeldIsHeard(boolean committed) {
    Tied tied =
        bench.relay(Policy.QUIET.moves(Moves.policy(Busy.LEAVE, committed ? 0 : 1, 1)).build());
    tied.client.sends(say("hello"));
    tied.backend.sends(Frame.text("hi"));
    Wire other = tied.movesTo(outcome);
    settle();
    assertThat(outcome.committed).isEqualTo(committed);
    tied.backend.gotBytes();
    assertThat(texts(tied.client)).containsExactly("hi");
    tied.client.sends(say("last"), Frame.close(1000, "bye").masked(KEY));
    if (committed) {
      tied.backend.sends(Frame.close(1001, ""));
      assertThat(texts(other)).containsExactly("last", "1000 bye");
      other.sends(Frame.text("word"), Frame.close(1000, ""));
    } else {
      assertThat(texts(other)).containsExactly("hello", "1001 not moved");
      assertThat(texts(tied.backend)).containsExactly("last", "1000 bye");
      tied.backend.sends(Frame.text("word"), Frame.close(1000, ""));
    }
    assertThat(texts(tied.client)).containsExactly("word", "1000 ");
  }

  @Test
  void anOperatorsCloseInTheMiddleOfAMoveEndsBoth() {
    Tied tied = relay(Busy.LEAVE);
    Wire other = tied.movesTo(outcome);
    settle();
    tied.client.sends(say("held"));
    tied.relay.end(4000, "enough", "test");
    assertThat(texts(tied.client)).containsExactly("4000 enough");
    assertThat(texts(other)).containsExactly("held", "1001 not moved");
    assertThat(outcome.failure).isEqualTo(Failure.ENDED);
  }

  @Test
  void aClientThatClosesIsHeardThoughItsOldBackendBreaksOff() {
    Tied tied = relay(Busy.LEAVE);
    Wire other = tied.movesTo(outcome);
    settle();
    tied.client.sends(say("last"), Frame.close(1000, "bye").masked(KEY));
    tied.backend.sends(Frame.text("half").unfinished(), Frame.close(1001, ""));
    assertThat(texts(other))
        .as("one Close, and nothing behind it")
        .containsExactly("last", "1000 bye");
  }

  @Test
  void aNewBackendThatIsLostBeforeTheOldOneHasLeftIsReplaced() {
    Tied tied = relay(Busy.LEAVE);
    List<Resume> wanted = new ArrayList<>();
    tied.finder = wanted::add;
    Wire other = tied.movesTo(outcome);
    settle();
    assertThat(outcome.committed).isTrue();
    other.ends();
    leaves(tied.backend);
    bench.pass(TICK);
    assertThat(wanted).containsExactly(Resume.LOST);
    assertThat(tied.end).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsHeldForANewBackendThatIsLostIsSaidToTheNext(boolean half) {
    Tied tied = relay(Busy.LEAVE);
    tied.finder = why -> {};
    Wire other = tied.movesTo(outcome);
    settle();
    byte[] held = say("held").bytes();
    int said = half ? held.length - 2 : held.length;
    tied.client.sends(Arrays.copyOf(held, said));
    other.ends();
    leaves(tied.backend);
    Moves second = new Moves();
    Wire third = tied.movesTo(second);
    assertThat(second.moved).isTrue();
    tied.client.sends(Arrays.copyOfRange(held, said, held.length));
    assertThat(texts(third)).containsExactly("held");
    assertThat(tied.client.reads()).isTrue();
  }

  @Test
  void whatIsHeldForANewBackendThatIsLostIsNotHeldForEver() {
    Tied tied = relay(Busy.LEAVE);
    Wire other = tied.movesTo(outcome);
    settle();
    tied.client.sends(say("held"));
    other.ends();
    leaves(tied.backend);
    assertThat(texts(tied.client)).containsExactly("1012 backend lost");
    assertThat(tied.client.reads()).as("for its answer").isTrue();
    tied.client.sends(Frame.close(1012, "").masked(KEY));
  }

  @Test
  void whatANewBackendSaysIsNoneOfTheRelaysNoise() {
    Tied tied = relay(Busy.LEAVE);
    Wire other = tied.movesTo(outcome);
    for (int i = 0; i < 5; i++) {
      other.sends(Frame.text("news"));
      bench.pass(TICK);
    }
    assertThat(outcome.committed).isTrue();
    assertThat(other.reads()).as("what it says from now on, also a Close, waits").isFalse();
    leaves(tied.backend);
    assertThat(texts(tied.client)).hasSize(5);
    assertThat(other.reads()).isTrue();
  }

  // Rescues.

  @ParameterizedTest
  @CsvSource({"1012, CLOSED", "1001, CLOSED", "0, LOST"})
  void aRelayGoesOnWhoseBackendIsGone(int code, Resume told) {
    Tied tied = relay(Busy.LEAVE);
    AtomicReference<Resume> asked = new AtomicReference<>();
    tied.finder = asked::set;
    tied.backend.sends(Frame.text("last"));
    if (code == 0) {
      tied.backend.ends();
    } else {
      tied.backend.sends(Frame.close(code, "restart"));
      assertThat(texts(tied.backend)).containsExactly(code + " ");
    }
    assertThat(asked.get()).isEqualTo(told);
    tied.client.sends(say("held"));
    Wire other = tied.movesTo(outcome);
    assertThat(outcome.moved).isTrue();
    assertThat(texts(other)).containsExactly("held");
    other.sends(Frame.text("welcome back"));
    assertThat(texts(tied.client)).containsExactly("last", "welcome back");
  }

  @Test
  void aDeadBackendIsReplaced() {
    Tied tied = bench.relay(Policy.QUIET.pings(1, 2).moves(Moves.policy(Busy.LEAVE)).build());
    AtomicReference<Resume> asked = new AtomicReference<>();
    tied.finder = asked::set;
    for (int i = 0; i < 40 && asked.get() == null; i++) {
      tied.client.sends(Frame.pong("life").masked(KEY));
      bench.pass(TICK);
    }
    assertThat(asked.get()).isEqualTo(Resume.LOST);
    bench.pass(Duration.ofSeconds(4));
    assertThat(tied.end).as("while another is looked for").isNull();
    tied.movesTo(outcome);
    assertThat(outcome.moved).isTrue();
    bench.pass(Duration.ofSeconds(1));
    assertThat(tied.end).isNull();
  }

  @ParameterizedTest
  @CsvSource({"1000, 1000 done", "4000, 4000 done"})
  void aCloseThatAsksForNoOtherBackendEndsTheRelay(int code, String seen) {
    Tied tied = relay(Busy.LEAVE);
    tied.finder = why -> {};
    tied.backend.sends(Frame.close(code, "done"));
    assertThat(texts(tied.client)).containsExactly(seen);
  }

  @Test
  void aBackendThatIsLostInsideAFrameEndsTheRelay() {
    Tied tied = relay(Busy.LEAVE);
    tied.finder = why -> {};
    byte[] message = Frame.text("half").bytes();
    tied.backend.sends(Arrays.copyOf(message, message.length - 1));
    tied.backend.ends();
    tied.client.runPendingTasks();
    assertThat(tied.end().reset()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"1012, 1012 closed, 1012", "0, 1012 connection lost, 1006"})
  void aRelayThatNobodyTakesEnds(int code, String seen, int logged) {
    Tied tied = relay(Busy.LEAVE);
    tied.finder = why -> tied.relay.abandon();
    if (code == 0) {
      tied.backend.ends();
    } else {
      tied.backend.sends(Frame.close(code, ""));
      tied.backend.ends();
    }
    assertThat(texts(tied.client)).containsExactly(seen);
    tied.client.sends(Frame.close(1012, "").masked(KEY));
    tied.client.runPendingTasks();
    assertThat(tied.end().code()).isEqualTo(logged);
    assertThat(tied.end().by()).isEqualTo(EndedBy.BACKEND);
  }

  @Test
  void aClientThatClosesWhileNobodyHasItIsAnswered() {
    Tied tied = relay(Busy.LEAVE);
    tied.finder = why -> {};
    tied.backend.ends();
    tied.client.sends(Frame.close(1000, "bye").masked(KEY));
    assertThat(texts(tied.client)).containsExactly("1000 ");
    tied.client.runPendingTasks();
    assertThat(tied.end().by()).isEqualTo(EndedBy.CLIENT);
  }

  @Test
  void aBackendThatClosesDuringAPlannedMoveIsReplacedAnew() {
    Tied tied = relay(Busy.LEAVE);
    AtomicReference<Resume> asked = new AtomicReference<>();
    tied.finder = asked::set;
    tied.movesTo(outcome);
    tied.backend.sends(Frame.close(1012, "restart"));
    assertThat(outcome.failure).isEqualTo(Failure.ENDED);
    assertThat(asked.get()).isEqualTo(Resume.CLOSED);
    Moves second = new Moves();
    tied.movesTo(second);
    assertThat(second.moved).isTrue();
  }
}
