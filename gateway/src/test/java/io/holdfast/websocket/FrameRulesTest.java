package io.holdfast.websocket;

import static io.holdfast.websocket.FrameRules.Extensions.NONE;
import static io.holdfast.websocket.FrameRules.Extensions.PERMESSAGE_DEFLATE;
import static io.holdfast.websocket.FrameRules.Extensions.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.websocket.FrameRules.Extensions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameRulesTest {
  private static final int KEY = 0x1234_5678;
  private static final FrameRules SERVER = new FrameRules(false, true, NONE, 0, 0);
  private static final FrameRules CLIENT = new FrameRules(true, true, NONE, 0, 0);

  /** The first rule that {@code stream} breaks. */
  private static @Nullable Breach check(FrameRules rules, byte[] stream) {
    FrameCursor cursor = new FrameCursor();
    ByteBuf in = Unpooled.wrappedBuffer(stream);
    Breach last = null;
    for (int at = 0; at < stream.length && last == null; ) {
      at = cursor.readHeader(in, at, stream.length);
      assertThat(cursor.headerComplete()).isTrue();
      last = rules.check(cursor);
      if (last == null) {
        at = cursor.skipPayload(at, stream.length);
      }
    }
    return last;
  }

  private static @Nullable Breach check(FrameRules rules, Frame... frames) {
    return check(rules, Frame.bytes(List.of(frames)));
  }

  private static @Nullable Breach checkHex(FrameRules rules, String header) {
    return check(rules, HexFormat.of().parseHex(header));
  }

  @Test
  void takesWhatIsRight() {
    assertThat(
            check(
                SERVER,
                Frame.text("a").unfinished(),
                Frame.ping("p"),
                Frame.of(Opcode.CONTINUATION, new byte[70_000]),
                Frame.close(1000, "bye")))
        .isNull();
    assertThat(check(CLIENT, Frame.text("a").masked(KEY))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"827f8000000000000000", "827fffffffffffffffff"})
  void refusesALengthWithItsHighestBit(String header) {
    assertThat(checkHex(SERVER, header)).isEqualTo(Breach.LENGTH);
    assertThat(checkHex(new FrameRules(false, false, UNKNOWN, 0, 0), header))
        .as("such a stream cannot be read on, strict or not")
        .isEqualTo(Breach.LENGTH);
  }

  @ParameterizedTest
  @CsvSource({"827e007d", "827e0000", "827f000000000000ffff", "827f0000000000000001"})
  void refusesALengthThatIsNotInItsShortestForm(String header) {
    assertThat(checkHex(SERVER, header)).isEqualTo(Breach.LENGTH_ENCODING);
  }

  @ParameterizedTest
  @CsvSource({"827e007e", "827effff", "827f0000000000010000", "827d"})
  void takesALengthInItsShortestForm(String header) {
    assertThat(checkHex(SERVER, header)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"897e007e", "8a7effff", "887f0000000000010000"})
  void refusesALongControlFrameStrictOrNot(String header) {
    assertThat(checkHex(SERVER, header)).isEqualTo(Breach.CONTROL_LENGTH);
    assertThat(checkHex(new FrameRules(false, false, NONE, 0, 0), header))
        .isEqualTo(Breach.CONTROL_LENGTH);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
  void refusesReservedOpcodes(int opcode) {
    assertThat(check(SERVER, Frame.of(opcode, new byte[1]))).isEqualTo(Breach.OPCODE);
    assertThat(check(new FrameRules(false, true, UNKNOWN, 0, 0), Frame.of(opcode, new byte[1])))
        .as("an extension that we do not know may use it")
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void refusesReservedBits(int bits) {
    assertThat(check(SERVER, Frame.text("a").reserved(bits))).isEqualTo(Breach.RESERVED_BITS);
    assertThat(check(new FrameRules(false, true, UNKNOWN, 0, 0), Frame.text("a").reserved(bits)))
        .isNull();
  }

  @Test
  void takesTheFirstReservedBitWhereCompressionSetsIt() {
    FrameRules deflate = new FrameRules(false, true, PERMESSAGE_DEFLATE, 0, 0);
    assertThat(check(deflate, Frame.text("a").reserved(4))).isNull();
    assertThat(check(deflate, Frame.binary(1).reserved(4))).isNull();
    assertThat(check(deflate, Frame.text("a").reserved(6))).isEqualTo(Breach.RESERVED_BITS);
    assertThat(check(deflate, Frame.ping("a").reserved(4))).isEqualTo(Breach.RESERVED_BITS);
    assertThat(
            check(
                deflate,
                Frame.text("a").reserved(4).unfinished(),
                Frame.of(Opcode.CONTINUATION, new byte[1]).reserved(4)))
        .isEqualTo(Breach.RESERVED_BITS);
  }

  @Test
  void refusesFragmentedControlFrames() {
    assertThat(check(SERVER, Frame.ping("a").unfinished())).isEqualTo(Breach.CONTROL_FRAGMENT);
    assertThat(check(SERVER, Frame.close(1000, "").unfinished()))
        .isEqualTo(Breach.CONTROL_FRAGMENT);
  }

  @Test
  void refusesInterleavedMessages() {
    assertThat(check(SERVER, Frame.text("a").unfinished(), Frame.text("b")))
        .isEqualTo(Breach.INTERLEAVED);
    assertThat(check(SERVER, Frame.text("a").unfinished(), Frame.ping(""), Frame.binary(1)))
        .isEqualTo(Breach.INTERLEAVED);
  }

  @Test
  void refusesAContinuationOfNothing() {
    assertThat(check(SERVER, Frame.of(Opcode.CONTINUATION, new byte[1])))
        .isEqualTo(Breach.CONTINUATION);
    assertThat(check(SERVER, Frame.text("a"), Frame.of(Opcode.CONTINUATION, new byte[1])))
        .isEqualTo(Breach.CONTINUATION);
  }

  @Test
  void holdsClientsAndServersToTheirMasking() {
    assertThat(check(CLIENT, Frame.text("a"))).isEqualTo(Breach.UNMASKED);
    assertThat(check(SERVER, Frame.text("a").masked(KEY))).isEqualTo(Breach.MASKED);
    assertThat(check(CLIENT, Frame.ping("a"))).isEqualTo(Breach.UNMASKED);
  }

  @Test
  void withoutStrictOnlyWhatCannotBeReadIsABreach() {
    FrameRules lax = new FrameRules(true, false, NONE, 0, 0);
    assertThat(check(lax, Frame.text("a").reserved(7))).isNull();
    assertThat(check(lax, Frame.of(5, new byte[3]))).isNull();
    assertThat(check(lax, Frame.ping("a").unfinished())).isNull();
    assertThat(check(lax, Frame.text("a").lengthIn(8))).isNull();
    assertThat(check(lax, Frame.of(Opcode.CONTINUATION, new byte[1]))).isNull();
    assertThat(lax.checkClose(-1)).isNull();
    assertThat(lax.checkClose(1006)).isNull();
  }

  @Test
  void limitsFramesButNotControlFrames() {
    FrameRules rules = new FrameRules(false, true, NONE, 10, 0);
    assertThat(check(rules, Frame.binary(10))).isNull();
    assertThat(check(rules, Frame.binary(11))).isEqualTo(Breach.FRAME_TOO_BIG);
    assertThat(check(rules, Frame.ping("longer than ten"))).isNull();
  }

  @Test
  void limitsMessagesOverAllTheirFragments() {
    FrameRules rules = new FrameRules(false, true, NONE, 0, 10);
    Frame begin = Frame.binary(6).unfinished();
    assertThat(check(rules, begin, Frame.of(Opcode.CONTINUATION, new byte[4]))).isNull();
    assertThat(check(rules, begin, Frame.ping("x"), Frame.of(Opcode.CONTINUATION, new byte[5])))
        .isEqualTo(Breach.MESSAGE_TOO_BIG);
    assertThat(check(rules, Frame.binary(10), Frame.binary(10)))
        .as("each message begins at zero")
        .isNull();
  }

  @Test
  void anEndlessMessageDoesNotComeRoundToSmall() {
    FrameRules rules = new FrameRules(false, true, NONE, 0, 100);
    FrameCursor cursor = new FrameCursor();
    ByteBuf first = Unpooled.wrappedBuffer(HexFormat.of().parseHex("027f7fffffffffffffff"));
    cursor.readHeader(first, 0, 10);
    assertThat(rules.check(cursor)).isEqualTo(Breach.MESSAGE_TOO_BIG);
    assertThat(cursor.messageLength()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void withoutStrictAContinuationOfNothingIsAMessageOfItsOwn() {
    FrameRules lax = new FrameRules(false, false, NONE, 0, 10);
    assertThat(check(lax, Frame.binary(6), Frame.of(Opcode.CONTINUATION, new byte[6]))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {1000, 1001, 1002, 1003, 1005, 1007, 1008, 1009, 1010, 1011, 1012, 1014, 3000, 4999})
  void takesCloseCodes(int code) {
    assertThat(SERVER.checkClose(code)).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 999, 1004, 1006, 1015, 1016, 2999, 5000, 65535})
  void refusesCloseCodes(int code) {
    assertThat(SERVER.checkClose(code)).isEqualTo(Breach.CLOSE_CODE);
  }

  @Test
  void refusesACloseOfOneByte() {
    assertThat(SERVER.checkClose(ControlFrames.closeCode(Unpooled.EMPTY_BUFFER, 0, 1, 0)))
        .isEqualTo(Breach.CLOSE_LENGTH);
  }

  @Test
  void readsTheExtensionsThatWereNegotiated() {
    assertThat(Extensions.of(null)).isEqualTo(NONE);
    assertThat(Extensions.of(" ")).isEqualTo(NONE);
    assertThat(Extensions.of("permessage-deflate; client_max_window_bits=12"))
        .isEqualTo(PERMESSAGE_DEFLATE);
    assertThat(Extensions.of("permessage-deflate, x-other")).isEqualTo(UNKNOWN);
  }
}
