package io.holdfast.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket08FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The cursor against Netty's decoders, which nobody here wrote, over random frames cut at random
 * places. The seed of a failure is in its message; {@code -Dholdfast.seed=} repeats it.
 */
final class FrameCursorPropertyTest {
  private static final int ROUNDS = 150;

  /** What both say of one frame; the payload unmasked. */
  private record Seen(boolean fin, int reserved, int opcode, String payload) {}

  private final long seed = Long.getLong("holdfast.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private final RandomFrames frames = new RandomFrames(random);

  @Test
  void readsWhatNettyReadsFromClients() {
    for (int round = 0; round < ROUNDS; round++) {
      compare(true, new EmbeddedChannel(new WebSocket13FrameDecoder(config(true))));
    }
  }

  @Test
  void readsWhatNettyReadsFromServers() {
    for (int round = 0; round < ROUNDS; round++) {
      compare(false, new EmbeddedChannel(new WebSocket08FrameDecoder(config(false))));
    }
  }

  private static WebSocketDecoderConfig config(boolean masked) {
    return WebSocketDecoderConfig.newBuilder()
        .expectMaskedFrames(masked)
        .allowExtensions(true)
        .withUTF8Validator(false)
        .maxFramePayloadLength(1 << 20)
        .build();
  }

  private void compare(boolean masked, EmbeddedChannel netty) {
    List<Frame> stream = new ArrayList<>(frames.stream(masked, 1 + random.nextInt(6)));
    for (int i = 0; i < stream.size(); i++) {
      if (random.nextInt(5) == 0) {
        stream.set(i, stream.get(i).reserved(random.nextInt(8)));
      }
    }
    stream.add(frames.close(masked));
    byte[] bytes = Frame.bytes(stream);

    assertThat(byCursor(bytes)).as("seed %d: %s", seed, stream).isEqualTo(byNetty(netty, bytes));
  }

  private List<Seen> byNetty(EmbeddedChannel netty, byte[] bytes) {
    netty.writeInbound(Unpooled.wrappedBuffer(bytes));
    List<Seen> seen = new ArrayList<>();
    for (WebSocketFrame frame = netty.readInbound(); frame != null; frame = netty.readInbound()) {
      byte[] payload = ByteBufUtil.getBytes(frame.content());
      seen.add(new Seen(frame.isFinalFragment(), frame.rsv(), opcode(frame), hex(payload)));
      frame.release();
    }
    netty.finishAndReleaseAll();
    return seen;
  }

  private static int opcode(WebSocketFrame frame) {
    return switch (frame) {
      case ContinuationWebSocketFrame f -> Opcode.CONTINUATION;
      case TextWebSocketFrame f -> Opcode.TEXT;
      case BinaryWebSocketFrame f -> Opcode.BINARY;
      case CloseWebSocketFrame f -> Opcode.CLOSE;
      case PingWebSocketFrame f -> Opcode.PING;
      case PongWebSocketFrame f -> Opcode.PONG;
      default -> throw new AssertionError("unknown " + frame);
    };
  }

  /** Reads as a user of the cursor does, one cut after another. */
  private List<Seen> byCursor(byte[] bytes) {
    FrameCursor cursor = new FrameCursor();
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    ByteBuf payload = Unpooled.buffer();
    List<Seen> seen = new ArrayList<>();
    int index = 0;
    for (int end : frames.cuts(bytes.length)) {
      while (index < end) {
        if (cursor.payloadRemaining() == 0) {
          index = cursor.readHeader(in, index, end);
          if (!cursor.headerComplete()) {
            assertThat(cursor.atBoundary()).as("seed %d: inside a header", seed).isFalse();
            break;
          }
        }
        int next = cursor.skipPayload(index, end);
        payload.writeBytes(in, index, next - index);
        index = next;
        if (cursor.payloadRemaining() == 0) {
          assertThat(cursor.atBoundary()).as("seed %d: behind a frame", seed).isTrue();
          assertThat((long) payload.readableBytes()).isEqualTo(cursor.payloadLength());
          seen.add(seen(cursor, ByteBufUtil.getBytes(payload)));
          payload.clear();
        }
      }
      assertThat(index).as("seed %d: all is read", seed).isEqualTo(end);
    }
    return seen;
  }

  private static Seen seen(FrameCursor cursor, byte[] payload) {
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= (byte) (cursor.mask() >>> (24 - 8 * (i % 4)));
    }
    return new Seen(cursor.fin(), cursor.reservedBits(), cursor.opcode(), hex(payload));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
