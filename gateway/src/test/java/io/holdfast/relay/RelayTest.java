package io.holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.observe.EndedBy;
import io.holdfast.relay.Bench.Policy;
import io.holdfast.relay.Bench.Tied;
import io.holdfast.websocket.Frame;
import io.holdfast.websocket.FrameRules.Extensions;
import io.holdfast.websocket.Opcode;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How relays pass frames on and how they end. */
final class RelayTest {
  private static final int KEY = 0x1234_5678;

  private final Bench bench = new Bench();

  @AfterEach
  void nothingIsLeft() {
    bench.clear();
  }

  private Tied quiet() {
    return bench.relay(Policy.QUIET.build());
  }

  private static byte[] begin(Frame frame) {
    byte[] bytes = frame.bytes();
    return Arrays.copyOf(bytes, bytes.length - 1);
  }

  private static byte[] rest(Frame frame) {
    byte[] bytes = frame.bytes();
    return Arrays.copyOfRange(bytes, bytes.length - 1, bytes.length);
  }

  @Test
  void passesBytesBothWaysAndCountsThem() {
    Tied tied = quiet();
    byte[] hello = Frame.text("hello").masked(KEY).bytes();
    tied.client.sends(hello);
    tied.client.sends(hello);
    tied.backend.sends(Frame.text("welcome"));

    assertThat(tied.backend.gotBytes()).startsWith(hello).endsWith(hello).hasSize(22);
    assertThat(tied.client.gotOne().text()).isEqualTo("welcome");
    assertThat(tied.relay.messagesFromClient()).isEqualTo(2);
    assertThat(tied.relay.messagesFromBackend()).isEqualTo(1);
    assertThat(tied.relay.bytesFromClient()).isEqualTo(22);
    assertThat(tied.relay.bytesFromBackend()).isEqualTo(9);
  }

  /** Each would otherwise keep the buffer that it came in, which holds a thousand times as much. */
  @Test
  void aBacklogOfSmallMessagesDoesNotKeepTheBuffersTheyCameIn() {
    Tied tied = quiet();
    tied.client.stuck(true);
    byte[] message = Frame.text("tick").bytes();
    ByteBuf received = tied.backend.alloc().buffer(64 * 1024);
    for (int i = 0; i < 500; i++) {
      tied.backend.writeInbound(received.writeBytes(message).readRetainedSlice(message.length));
    }

    assertThat(received.refCnt()).as("parts of the buffer that wait").isBetween(20, 120);
    received.release();
    tied.client.stuck(false);
    assertThat(tied.client.got()).hasSize(500).allMatch(f -> f.text().equals("tick"));
  }

  // Closes.

  @Test
  void aClientsCloseKeepsItsCodeAndReason() {
    Tied tied = quiet();
    tied.client.sends(Frame.close(4001, "bye").masked(KEY));
    assertThat(tied.backend.gotOne().close()).isEqualTo("4001 bye");
    assertThat(tied.client.isOpen()).as("till the backend's answer").isTrue();

    tied.backend.sends(Frame.text("one more"), Frame.close(4002, "so be it"));
    assertThat(tied.client.got())
        .extracting(f -> f.opcode() == Opcode.CLOSE ? f.close() : f.text())
        .containsExactly("one more", "4002 so be it");
    tied.client.runPendingTasks();
    assertThat(tied.client.isOpen()).as("the server ends the connection").isFalse();
    assertThat(tied.backend.isOpen()).as("the backend ends its own").isTrue();

    tied.backend.ends();
    assertThat(tied.end()).isEqualTo(new RelayEnd(EndedBy.CLIENT, 4001, "closed", false));
  }

  @Test
  void aBackendsCloseKeepsItsCodeAndReason() {
    Tied tied = quiet();
    tied.backend.sends(Frame.close(3999, "enough"));
    assertThat(tied.client.gotOne().close()).isEqualTo("3999 enough");

    tied.client.sends(Frame.close(3999, "").masked(KEY));
    assertThat(tied.backend.gotOne().close()).isEqualTo("3999 ");
    tied.client.runPendingTasks();
    assertThat(tied.client.isOpen()).isFalse();

    tied.backend.ends();
    assertThat(tied.end()).isEqualTo(new RelayEnd(EndedBy.BACKEND, 3999, "closed", false));
  }

  @Test
  void aCloseWithoutACodeStaysOne() {
    Tied tied = quiet();
    tied.client.sends(Frame.of(Opcode.CLOSE, new byte[0]).masked(KEY));
    assertThat(tied.backend.gotOne().payload()).isEmpty();
    tied.backend.ends();
    assertThat(tied.client.gotOne().close())
        .as("the backend did not answer; we do")
        .isEqualTo("1000 ");
    assertThat(tied.end().code()).isEqualTo(1005);
  }

  @Test
  void nothingIsPassedBehindAClose() {
    Tied tied = quiet();
    tied.client.sends(Frame.close(1000, "").masked(KEY), Frame.text("late").masked(KEY));
    tied.client.sends(Frame.text("later").masked(KEY));
    assertThat(tied.backend.gotOne().opcode()).isEqualTo(Opcode.CLOSE);
  }

  @ParameterizedTest
  @CsvSource({
    "999, 1002 Close frame with a code that must not be sent",
    "1006, 1002 Close frame with a code that must not be sent"
  })
  void aCloseThatMustNotBeSentIsNotPassed(int code, String answer) {
    Tied tied = quiet();
    tied.client.sends(Frame.text("before").masked(KEY), Frame.close(code, "").masked(KEY));
    assertThat(tied.client.gotOne().close()).isEqualTo(answer);
    assertThat(tied.backend.got())
        .extracting(f -> f.opcode() == Opcode.CLOSE ? f.close() : f.text())
        .containsExactly("before", "1001 client broke the protocol or a limit");
  }

  @Test
  void ourCloseStandsBetweenFragmentsButNeverInsideAFrame() {
    Tied tied = quiet();
    Frame fragment = Frame.text("fragment").unfinished();
    tied.backend.sends(begin(fragment));
    tied.client.sends(Frame.text("whole").masked(KEY));
    byte[] sofar = tied.client.gotBytes();
    tied.backend.gotBytes();

    tied.relay.end(1012, "moved", "test");
    assertThat(tied.client.gotBytes()).as("inside a frame").isEmpty();
    assertThat(tied.backend.gotOne().close()).as("at a boundary").isEqualTo("1012 moved");

    tied.backend.sends(rest(fragment));
    byte[] after = tied.client.gotBytes();
    assertThat(sofar.length + 1).isEqualTo(fragment.bytes().length);
    assertThat(after[0]).isEqualTo(rest(fragment)[0]);
    assertThat(Arrays.copyOfRange(after, 1, after.length))
        .isEqualTo(Frame.close(1012, "moved").bytes());

    tied.backend.sends(Frame.of(Opcode.CONTINUATION, new byte[3]));
    assertThat(tied.client.gotBytes()).as("nothing follows a Close").isEmpty();
    assertThat(tied.relay.closing()).isTrue();
  }

  @Test
  void ourCloseIsMaskedTowardsTheBackendOnly() {
    Tied tied = quiet();
    tied.relay.end(1012, "", "test");
    assertThat(tied.client.gotOne().mask()).isNull();
    assertThat(tied.backend.gotOne().mask()).isNotNull();
    tied.client.sends(Frame.close(1012, "").masked(KEY));
    tied.client.runPendingTasks();
    assertThat(tied.client.isOpen()).as("it has answered").isFalse();
    tied.backend.sends(Frame.close(1012, ""));
    tied.backend.ends();
    assertThat(tied.end()).isEqualTo(new RelayEnd(EndedBy.GATEWAY, 1012, "test", false));
  }

  @Test
  void aHeldHeaderIsNoFrameYet() {
    Tied tied = quiet();
    byte[] long16 = Frame.binary(300).bytes();
    tied.backend.sends(Arrays.copyOf(long16, 3));
    tied.relay.end(1012, "", "test");
    assertThat(tied.client.gotOne().close()).isEqualTo("1012 ");
  }

  @Test
  void anUnansweredCloseIsWaitedForOnlySoLong() {
    Tied tied = quiet();
    tied.client.sends(Frame.close(1000, "").masked(KEY));
    bench.pass(Duration.ofMillis(4_900));
    assertThat(tied.client.isOpen()).isTrue();
    bench.pass(Duration.ofMillis(400));
    assertThat(tied.client.isOpen()).isFalse();
    assertThat(tied.backend.isOpen()).isFalse();
    assertThat(tied.end()).isEqualTo(new RelayEnd(EndedBy.CLIENT, 1000, "closed", false));
  }

  @Test
  void aCloseThatFindsNoBoundaryInTimeIsAReset() {
    Tied tied = quiet();
    tied.backend.sends(begin(Frame.text("endless")));
    tied.relay.end(1012, "", "test");
    bench.pass(Duration.ofMillis(5_300));
    assertThat(tied.end()).isEqualTo(new RelayEnd(EndedBy.GATEWAY, 1012, "test", true));
  }

  // Losses.

  @Test
  void aLostBackendIsACloseAtABoundary() {
    Tied tied = quiet();
    tied.backend.sends(Frame.text("part").unfinished());
    tied.client.gotBytes();
    tied.backend.resets();
    assertThat(tied.client.gotOne().close()).isEqualTo("1012 backend lost");
    tied.client.sends(Frame.close(1012, "").masked(KEY));
    tied.client.runPendingTasks();
    assertThat(tied.end())
        .isEqualTo(
            new RelayEnd(
                EndedBy.BACKEND, 1006, "connection lost: Connection reset by peer", false));
  }

  @Test
  void aBackendLostInsideAFrameIsAResetOfTheClient() {
    Tied tied = quiet();
    tied.backend.sends(begin(Frame.text("part")));
    tied.client.gotBytes();
    tied.backend.ends();
    tied.client.runPendingTasks();
    assertThat(tied.client.gotBytes()).isEmpty();
    assertThat(tied.client.isOpen()).isFalse();
    assertThat(tied.end()).isEqualTo(new RelayEnd(EndedBy.BACKEND, 1006, "connection lost", true));
  }

  @Test
  void aBackendLostInsideAHeaderOrAControlFrameIsACloseAllTheSame() {
    for (byte[] begun :
        new byte[][] {{(byte) 0x82}, begin(Frame.binary(70_000)), begin(Frame.ping("ping"))}) {
      Tied tied = quiet();
      tied.backend.sends(Arrays.copyOf(begun, Math.min(begun.length, 5)));
      tied.backend.ends();
      assertThat(tied.client.gotOne().close()).isEqualTo("1012 backend lost");
    }
  }

  @Test
  void aBackendLostWhileOurCloseWaitsForItsFrameToEndIsAResetAtOnce() {
    Tied tied = quiet();
    tied.backend.sends(begin(Frame.text("part")));
    tied.relay.end(1012, "", "test");
    tied.backend.ends();
    tied.client.runPendingTasks();
    assertThat(tied.client.isOpen()).isFalse();
    assertThat(tied.end()).isEqualTo(new RelayEnd(EndedBy.GATEWAY, 1012, "test", true));
  }

  @Test
  void aLostClientIsACloseForTheBackend() {
    Tied tied = quiet();
    tied.client.ends();
    assertThat(tied.backend.gotOne().close()).isEqualTo("1012 client lost");
    tied.backend.sends(Frame.close(1012, ""));
    tied.backend.ends();
    assertThat(tied.end()).isEqualTo(new RelayEnd(EndedBy.CLIENT, 1006, "connection lost", false));
  }

  @Test
  void aHalfClosedClientStillGetsAnswersAndTheClose() {
    Tied tied = quiet();
    tied.client.sends(Frame.text("question").masked(KEY));
    tied.client.endsInput();
    assertThat(tied.backend.got())
        .extracting(f -> f.opcode() == Opcode.CLOSE ? f.close() : f.text())
        .containsExactly("question", "1012 client lost");

    tied.backend.sends(Frame.text("answer"));
    assertThat(tied.client.gotOne().text()).isEqualTo("answer");
    tied.backend.sends(Frame.close(1000, "done"));
    assertThat(tied.client.gotOne().close()).isEqualTo("1000 done");
    tied.client.runPendingTasks();
    assertThat(tied.client.isOpen()).isFalse();
    tied.backend.ends();
    assertThat(tied.end().by()).isEqualTo(EndedBy.CLIENT);
  }

  // Limits.

  @Test
  void anOversizeFrameIs1009AndNotPassed() {
    Tied tied = bench.relay(Policy.QUIET.maxFrame(10).build());
    tied.client.sends(Frame.text("fits").masked(KEY), Frame.binary(11).masked(KEY));
    tied.client.sends(Frame.text("late").masked(KEY));
    assertThat(tied.client.gotOne().close()).isEqualTo("1009 frame too big");
    assertThat(tied.backend.got())
        .extracting(f -> f.opcode() == Opcode.CLOSE ? f.close() : f.text())
        .containsExactly("fits", "1001 client broke the protocol or a limit");
    tied.client.ends();
    tied.backend.ends();
    assertThat(tied.end())
        .isEqualTo(new RelayEnd(EndedBy.GATEWAY, 1009, "client: frame too big", false));
  }

  @Test
  void aClientThatWasToldOfItsBreachAndEndsIsGoneAtOnce() {
    Tied tied = bench.relay(Policy.QUIET.maxFrame(10).build());
    tied.client.sends(Frame.binary(11).masked(KEY));
    assertThat(tied.client.gotOne().close()).isEqualTo("1009 frame too big");
    assertThat(tied.client.isOpen()).isTrue();

    tied.client.endsInput();
    tied.client.runPendingTasks();

    assertThat(tied.client.isOpen()).isFalse();
    tied.backend.ends();
    assertThat(tied.end().code()).isEqualTo(1009);
  }

  @Test
  void aMessageThatGrowsTooBigEndsBetweenItsFragments() {
    Tied tied = bench.relay(Policy.QUIET.maxFrame(10).build());
    tied.client.sends(
        Frame.binary(8).unfinished().masked(KEY),
        Frame.of(Opcode.CONTINUATION, new byte[3]).masked(KEY));
    assertThat(tied.client.gotOne().close()).isEqualTo("1009 message too big");
    assertThat(tied.backend.got())
        .extracting(Frame::opcode)
        .containsExactly(Opcode.BINARY, Opcode.CLOSE);
  }

  @Test
  void aBackendThatBreaksTheProtocolIs1011ForTheClient() {
    Tied tied = quiet();
    tied.backend.sends(Frame.text("masked").masked(KEY));
    assertThat(tied.client.gotOne().close()).isEqualTo("1011 backend broke the protocol");
    assertThat(tied.backend.gotOne().close()).isEqualTo("1002 server frame masked");
  }

  // Backpressure.

  @Test
  void aClientThatDoesNotReadStopsTheBackend() {
    Tied tied = quiet();
    tied.client.stuck(true);
    tied.backend.sends(Frame.binary(100_000));
    assertThat(tied.backend.reads()).isFalse();
    assertThat(tied.client.reads()).as("the other way goes on").isTrue();

    tied.client.stuck(false);
    tied.client.runPendingTasks();
    assertThat(tied.backend.reads()).isTrue();
  }

  @Test
  void aClientThatHasNotReadTheHandshakesAnswerStopsTheBackend() {
    Tied tied =
        bench.relay(
            Policy.QUIET.build(),
            Extensions.NONE,
            wires -> {
              wires.client.config().setAutoRead(true);
              wires.backend.config().setAutoRead(true);
              wires.client.stuck(true);
              wires.client.writeAndFlush(wires.client.alloc().buffer().writeZero(100_000));
            });
    assertThat(tied.backend.reads()).isFalse();
    assertThat(tied.client.reads()).isTrue();

    tied.client.stuck(false);
    tied.client.runPendingTasks();
    assertThat(tied.backend.reads()).isTrue();
    tied.client.gotBytes();
  }

  @Test
  void aClientThatDoesNotReadStopsTheBackendAfterItsCloseToo() {
    Tied tied = quiet();
    tied.client.stuck(true);
    tied.client.sends(Frame.close(1000, "").masked(KEY));
    tied.backend.sends(Frame.binary(100_000));
    assertThat(tied.backend.reads()).as("what waits has a bound").isFalse();
    tied.client.stuck(false);
    tied.client.runPendingTasks();
    assertThat(tied.backend.reads()).isTrue();
  }

  @Test
  void aCloseBehindWhichNothingIsPassedFreesTheOtherSide() {
    Tied tied = quiet();
    tied.client.stuck(true);
    tied.backend.sends(Frame.binary(100_000));
    assertThat(tied.backend.reads()).isFalse();
    tied.relay.end(1012, "", "test");
    assertThat(tied.backend.reads()).as("for its answer").isTrue();
    tied.backend.sends(Frame.binary(100_000), Frame.close(1012, ""));
    tied.backend.ends();
    assertThat(tied.backend.isOpen()).isFalse();
  }

  @Test
  void aClientThatNeverReadsIsReset() {
    Tied tied = quiet();
    tied.client.stuck(true);
    tied.backend.sends(Frame.binary(100_000));
    bench.pass(Duration.ofMillis(9_900));
    assertThat(tied.client.isOpen()).isTrue();
    bench.pass(Duration.ofMillis(400));
    assertThat(tied.client.isOpen()).isFalse();
    assertThat(tied.backend.gotOne().close()).isEqualTo("1001 ");
    tied.backend.ends();
    assertThat(tied.end())
        .isEqualTo(new RelayEnd(EndedBy.GATEWAY, 1006, "client does not read", true));
  }

  @Test
  void aClientThatReadsSlowlyLives() {
    Tied tied = quiet();
    tied.client.stuck(true);
    tied.backend.sends(Frame.binary(100_000));
    for (int i = 0; i < 5; i++) {
      bench.pass(Duration.ofSeconds(8));
      tied.client.stuck(false);
      tied.client.stuck(true);
      tied.backend.sends(Frame.binary(100_000));
    }
    assertThat(tied.client.isOpen()).isTrue();
  }

  // Time.

  @Test
  void idleCountsMessagesAndNotPings() {
    Tied tied = bench.relay(Policy.QUIET.idle(60).build());
    bench.pass(Duration.ofSeconds(50));
    tied.backend.sends(Frame.text("data"));
    bench.pass(Duration.ofSeconds(50));
    tied.client.sends(Frame.ping("").masked(KEY));
    tied.client.gotBytes();
    assertThat(tied.relay.closing()).isFalse();
    bench.pass(Duration.ofMillis(10_300));
    assertThat(tied.client.gotOne().close()).isEqualTo("1001 idle");
    bench.pass(Duration.ofSeconds(6));
    assertThat(tied.end()).isEqualTo(new RelayEnd(EndedBy.GATEWAY, 1001, "idle", false));
  }

  @Test
  void oldRelaysEndSpreadOverTheJitter() {
    for (int i = 0; i < 200; i++) {
      bench.relay(Policy.QUIET.age(600, 300).build());
    }
    bench.pass(Duration.ofSeconds(299));
    assertThat(bench.all).noneMatch(t -> t.relay.closing());
    bench.pass(Duration.ofSeconds(151));
    assertThat(bench.all.stream().filter(t -> t.relay.closing()).count()).isBetween(50L, 150L);
    bench.pass(Duration.ofMillis(150_300));
    assertThat(bench.all).allMatch(t -> t.relay.closing());
    assertThat(bench.all).allSatisfy(t -> assertThat(t.client.got().toString()).isNotEmpty());
    bench.pass(Duration.ofSeconds(6));
    assertThat(bench.all)
        .allSatisfy(t ->
            assertThat(t.end())
                .isEqualTo(new RelayEnd(EndedBy.GATEWAY, 1012, "maximum age", false)));
  }
}
