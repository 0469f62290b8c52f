package io.holdfast.loadtest.echo;

import io.holdfast.loadtest.wire.Frames;
import io.holdfast.loadtest.wire.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Random;

/** Random frames of a client, and the bytes a server should echo. */
final class RawFrames {
  private final Random random;
  private final ByteBuf sent = Unpooled.buffer();
  private final ByteBuf echoed = Unpooled.buffer();

  RawFrames(Random random, int count) {
    this.random = random;
    for (int i = 0; i < count; i++) {
      boolean ping = random.nextInt(5) == 0;
      boolean pong = !ping && random.nextInt(8) == 0;
      int bound = ping || pong ? 126 : random.nextInt(3) == 0 ? 100_000 : 300;
      byte[] payload = new byte[random.nextInt(bound)];
      random.nextBytes(payload);
      int opcode = ping ? Opcode.PING : pong ? Opcode.PONG : Opcode.BINARY;
      var allocator = UnpooledByteBufAllocator.DEFAULT;
      ByteBuf frame = Frames.fromClient(allocator, opcode, payload, random.nextInt());
      sent.writeBytes(frame);
      frame.release();
      if (!pong) {
        ByteBuf answer = Frames.fromServer(allocator, ping ? Opcode.PONG : opcode, payload);
        echoed.writeBytes(answer);
        answer.release();
      }
    }
  }

  byte[] expected() {
    byte[] bytes = new byte[echoed.readableBytes()];
    echoed.getBytes(0, bytes);
    return bytes;
  }

  void writeSplit(OutputStream out) {
    try {
      while (sent.isReadable()) {
        int bound = random.nextInt(3) == 0 ? 7 : 9_000;
        int part = Math.min(sent.readableBytes(), 1 + random.nextInt(bound));
        sent.readBytes(out, part);
        out.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
