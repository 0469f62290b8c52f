package io.holdfast.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ControlFramesTest {
  private static final UnpooledByteBufAllocator ALLOC = UnpooledByteBufAllocator.DEFAULT;

  private final FrameCursor cursor = new FrameCursor();

  private int payload(ByteBuf frame) {
    int payload = cursor.readHeader(frame, 0, frame.writerIndex());
    assertThat(cursor.headerComplete()).isTrue();
    assertThat(cursor.fin()).isTrue();
    assertThat((long) frame.writerIndex() - payload).isEqualTo(cursor.payloadLength());
    return payload;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPingCarriesItsToken(boolean masked) {
    ByteBuf frame = ControlFrames.ping(ALLOC, 0x0123_4567_89ab_cdefL, masked);
    int payload = payload(frame);
    assertThat(cursor.opcode()).isEqualTo(Opcode.PING);
    assertThat(cursor.masked()).isEqualTo(masked);
    assertThat(ControlFrames.carries(frame, payload, 8, cursor.mask(), 0x0123_4567_89ab_cdefL))
        .isTrue();
    assertThat(ControlFrames.carries(frame, payload, 8, cursor.mask(), 0x0123_4567_89ab_cdeeL))
        .isFalse();
    assertThat(ControlFrames.carries(frame, payload, 7, cursor.mask(), 0x0123_4567_89ab_cdefL))
        .isFalse();
    frame.release();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCloseCarriesCodeAndReason(boolean masked) {
    ByteBuf frame = ControlFrames.close(ALLOC, 1012, "moved", masked);
    int payload = payload(frame);
    int length = (int) cursor.payloadLength();
    assertThat(cursor.opcode()).isEqualTo(Opcode.CLOSE);
    assertThat(cursor.masked()).isEqualTo(masked);
    assertThat(ControlFrames.closeCode(frame, payload, length, cursor.mask())).isEqualTo(1012);
    assertThat(unmasked(frame, payload + 2, payload + length, cursor.mask())).isEqualTo("moved");
    frame.release();
  }

  @Test
  void everyMaskedFrameHasAKeyOfItsOwn() {
    ByteBuf one = ControlFrames.ping(ALLOC, 1, true);
    ByteBuf two = ControlFrames.ping(ALLOC, 1, true);
    assertThat(one.getInt(2)).isNotEqualTo(two.getInt(2));
    one.release();
    two.release();
  }

  @Test
  void aLongReasonIsCutBetweenCharacters() {
    ByteBuf frame = ControlFrames.close(ALLOC, 1000, "x".repeat(122) + "é and more", false);
    int payload = payload(frame);
    assertThat(cursor.payloadLength()).isEqualTo(124);
    assertThat(frame.toString(payload + 2, 122, StandardCharsets.UTF_8)).isEqualTo("x".repeat(122));
    frame.release();
  }

  @Test
  void noCodeIsNotACode() {
    ByteBuf in = ALLOC.buffer().writeShort(1005);
    assertThat(ControlFrames.closeCode(in, 0, 0, 0)).isEqualTo(CloseCode.NO_CODE);
    assertThat(CloseCode.isSendable(ControlFrames.closeCode(in, 0, 2, 0)))
        .as("1005 written out must not be sent")
        .isFalse();
    in.release();
  }

  private static String unmasked(ByteBuf in, int from, int end, int key) {
    byte[] text = new byte[end - from];
    for (int i = 0; i < text.length; i++) {
      // The reason stands two bytes into the payload.
      text[i] = (byte) (in.getByte(from + i) ^ key >>> (24 - 8 * ((i + 2) & 3)));
    }
    return new String(text, StandardCharsets.UTF_8);
  }
}
