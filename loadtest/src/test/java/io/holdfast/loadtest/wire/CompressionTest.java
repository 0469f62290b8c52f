package io.holdfast.loadtest.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "permessage-deflate | false | false",
        "permessage-deflate; client_no_context_takeover | true | false",
        "permessage-deflate;server_no_context_takeover ; server_max_window_bits=8 | false | true",
        "permessage-deflate; server_max_window_bits = \"15\" | false | false",
      })
  void readsWhatWasAgreed(String answer, boolean client, boolean server) {
    assertThat(Compression.agreed(List.of(answer), true))
        .isEqualTo(new Compression(client, server));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-webkit-deflate-frame",
        "permessage-deflate, permessage-deflate",
        "permessage-deflate; client_max_window_bits=15",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
        "permessage-deflate;",
      })
  void refusesWhatWasNotOffered(String answer) {
    assertThatThrownBy(() -> Compression.agreed(List.of(answer), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the 101 chose");
  }

  @Test
  void nothingIsAgreedWithoutAnAnswer() {
    assertThat(Compression.agreed(List.of(), true)).isNull();
    assertThatThrownBy(() -> Compression.agreed(List.of("permessage-deflate"), false))
        .hasMessageContaining("which was not offered");
  }

  /** The examples of RFC 7692 section 7.2.3, as frames. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "c107f248cdc9c90700",
        "4103f248cd 8004c9c90700",
        "c107f248cdc9c90700 c105f200110000",
        "c10b000500faff48656c6c6f00",
        "c108f348cdc9c9070000",
        "c10df248050000 00ffffcac9c90700",
        "c108f348cdc9c9070000 c107f248cdc9c90700",
        "c107f248cdc9c90700 810548656c6c6f",
        "c10100 8900 c107f248cdc9c90700",
      })
  void inflatesTheExamples(String hex) {
    byte[] frames = HexFormat.of().parseHex(hex.replace(" ", ""));
    Messages found = new Messages();
    FrameReader reader = new FrameReader(false, true);
    try (InflatingSink sink = new InflatingSink(found, false)) {
      for (byte one : frames) {
        reader.read(Unpooled.wrappedBuffer(new byte[] {one}), sink);
      }
    }
    assertThat(found.complaints).isEmpty();
    assertThat(found.texts).isNotEmpty().isSubsetOf("Hello", "");
    assertThat(found.texts).endsWith("Hello");
  }

  @ParameterizedTest
  @CsvSource({
    "c102ffff, cannot be inflated",
    "c900, a reserved bit",
    "a100, a reserved bit",
    "0100c000, a reserved bit",
  })
  void namesWhatIsWrong(String hex, String complaint) {
    Messages found = new Messages();
    try (InflatingSink sink = new InflatingSink(found, false)) {
      new FrameReader(false, true).read(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)), sink);
    }
    assertThat(found.complaints).singleElement().asString().contains(complaint);
    assertThat(found.texts).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"false, false", "true, false", "true, true"})
  void inflatesWhatItHasDeflated(boolean deflaterForgets, boolean inflaterForgets) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> sent = new ArrayList<>();
    Messages found = new Messages();
    FrameReader reader = new FrameReader(true, true);
    try (MessageDeflater deflater = new MessageDeflater(deflaterForgets);
        InflatingSink sink = new InflatingSink(found, inflaterForgets)) {
      for (int i = 0; i < 200; i++) {
        StringBuilder text = new StringBuilder();
        text.repeat('a' + random.nextInt(26), random.nextInt(100_000) >> random.nextInt(16));
        random.ints(random.nextInt(3_000), ' ', 'z').forEach(text::appendCodePoint);
        sent.add(i % 50 == 0 ? "" : text.toString());
        ByteBuf stream = frame(deflater, sent.getLast());
        while (stream.isReadable()) {
          int part = 1 + random.nextInt(stream.readableBytes());
          reader.read(stream.readSlice(part), sink);
        }
        stream.release();
      }
    }
    assertThat(found.complaints).isEmpty();
    assertThat(found.texts).as("seed %d", seed).isEqualTo(sent);
  }

  /** With a key of zero, so that the masking of clients changes nothing. */
  private static ByteBuf frame(MessageDeflater deflater, String text) {
    ByteBuf deflated =
        deflater.deflate(UnpooledByteBufAllocator.DEFAULT, ByteBuffer.wrap(text.getBytes(UTF_8)));
    ByteBuf frame = Unpooled.buffer();
    Frames.writeFromClient(frame, Opcode.TEXT | Frames.COMPRESSED, deflated, 0);
    deflated.release();
    return frame;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void remembersEarlierMessagesUnlessToldNotTo(boolean forgets) {
    byte[] noise = new byte[1_000];
    new Random(1).nextBytes(noise);
    int[] sizes = new int[2];
    try (MessageDeflater deflater = new MessageDeflater(forgets)) {
      for (int i = 0; i < 2; i++) {
        ByteBuf deflated =
            deflater.deflate(UnpooledByteBufAllocator.DEFAULT, ByteBuffer.wrap(noise));
        sizes[i] = deflated.readableBytes();
        deflated.release();
      }
    }
    assertThat(sizes[0]).isGreaterThan(1_000);
    assertThat(sizes[1] < 50).isEqualTo(!forgets);
  }

  private static final class Messages implements FrameSink {
    final List<String> texts = new ArrayList<>();
    final List<String> complaints = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void frameStart(FrameReader head, ByteBuf in) {}

    @Override
    public void payload(FrameReader head, ByteBuf in, int length) {
      byte[] part = new byte[length];
      in.getBytes(in.readerIndex(), part);
      bytes.writeBytes(part);
    }

    @Override
    public void frameEnd(FrameReader head) {
      if (head.fin() && !Opcode.isControl(head.opcode())) {
        texts.add(bytes.toString(UTF_8));
        bytes.reset();
      }
    }

    @Override
    public void violation(String what) {
      complaints.add(what);
    }
  }
}
