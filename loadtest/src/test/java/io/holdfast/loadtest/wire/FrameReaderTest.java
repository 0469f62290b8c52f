package io.holdfast.loadtest.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameReaderTest {

  @Test
  void findsTheSameFramesHoweverReadsSplitThem() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    ByteBuf stream = Unpooled.buffer();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      byte[] payload =
          new byte[random.nextInt(4) == 0 ? random.nextInt(70_000) : random.nextInt(200)];
      random.nextBytes(payload);
      ByteBuf frame =
          Frames.fromClient(
              UnpooledByteBufAllocator.DEFAULT, Opcode.BINARY, payload, random.nextInt());
      stream.writeBytes(frame);
      frame.release();
      expected.add("2 " + HexFormat.of().formatHex(payload));
    }

    Recorder found = new Recorder();
    FrameReader reader = new FrameReader(true);
    while (stream.isReadable()) {
      int part =
          Math.min(stream.readableBytes(), 1 + random.nextInt(random.nextBoolean() ? 5 : 5000));
      reader.read(stream.readSlice(part), found);
    }

    assertThat(found.frames).as("seed %d", seed).isEqualTo(expected);
    assertThat(reader.insideFrame()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "c100, reserved bit",
    "8300, opcode 3 is reserved",
    "818100000000aa, the frame is masked",
    "0900, control frame is fragmented",
    "897e007e, control frame is fragmented or over 125",
    "8000, a continuation without a message",
    "01008100, a new message starts inside another",
    "827f8000000000000000, over 2^63",
    "827e0005, not in its shortest form",
    "827f000000000000ffff, not in its shortest form",
  })
  void namesWhatAServerDidWrong(String bytes, String complaint) {
    Recorder found = new Recorder();
    FrameReader reader = new FrameReader(false);

    for (byte one : HexFormat.of().parseHex(bytes)) {
      reader.read(Unpooled.wrappedBuffer(new byte[] {one}), found);
    }

    assertThat(found.complaints).singleElement().asString().contains(complaint);
  }

  @Test
  void asksClientsToMask() {
    Recorder found = new Recorder();

    new FrameReader(true).read(Unpooled.wrappedBuffer(HexFormat.of().parseHex("8100")), found);

    assertThat(found.complaints).containsExactly("the frame is not masked");
  }

  private static final class Recorder implements FrameSink {
    final List<String> frames = new ArrayList<>();
    final List<String> complaints = new ArrayList<>();
    private final ByteBuf payload = Unpooled.buffer();

    @Override
    public void frameStart(FrameReader head, ByteBuf in) {
      payload.clear();
    }

    @Override
    public void payload(FrameReader head, ByteBuf in, int length) {
      int at = in.readerIndex();
      Masking.move(in, at, at, length, head.maskKey(), head.offset());
      payload.writeBytes(in, at, length);
    }

    @Override
    public void frameEnd(FrameReader head) {
      byte[] bytes = new byte[payload.readableBytes()];
      payload.readBytes(bytes);
      frames.add(head.opcode() + " " + HexFormat.of().formatHex(bytes));
    }

    @Override
    public void violation(String what) {
      complaints.add(what);
    }
  }
}
