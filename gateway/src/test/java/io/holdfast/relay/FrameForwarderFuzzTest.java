package io.holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.websocket.Breach;
import io.holdfast.websocket.ControlFrames;
import io.holdfast.websocket.Frame;
import io.holdfast.websocket.FrameCursor;
import io.holdfast.websocket.FrameRules;
import io.holdfast.websocket.FrameRules.Extensions;
import io.holdfast.websocket.Opcode;
import io.holdfast.websocket.RandomFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Cursor, rules and forwarder under streams that are right, spoilt or made of nothing but chance,
 * cut anywhere, against {@link PlainReading}. Runs for as long as {@code -Dholdfast.fuzz=} says, 5
 * s by default. The seed of a failure is in its message; {@code -Dholdfast.seed=} repeats that one.
 */
final class FrameForwarderFuzzTest {
  private static final long TOKEN = 0x1122_3344_5566_7788L;

  @Test
  void passesWhatMayBePassedWhateverTheStream() {
    Long only = Long.getLong("holdfast.seed");
    if (only != null) {
      new Round(only).run();
      return;
    }
    SplittableRandom seeds = new SplittableRandom();
    long end = System.nanoTime() + FuzzTime.get().toNanos();
    long rounds = 0;
    do {
      long seed = seeds.nextLong();
      try {
        new Round(seed).run();
      } catch (RuntimeException e) {
        throw new AssertionError("-Dholdfast.seed=" + seed + " repeats it: " + e, e);
      }
      rounds++;
    } while (System.nanoTime() < end);
    assertThat(rounds).as("rounds in the time given").isGreaterThan(100);
  }

  /** One stream, from its seed to the last byte. */
  private static final class Round implements FrameForwarder.Sink {
    private final long seed;
    private final Random random;
    private final UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(false, true);
    private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
    private final List<Long> injected = new ArrayList<>();
    private final FrameRules rules;
    private final FrameForwarder forwarder;
    private @Nullable Breach breach;
    private boolean closed;
    private boolean wants;

    Round(long seed) {
      this.seed = seed;
      random = new Random(seed);
      Extensions[] extensions = Extensions.values();
      rules =
          new FrameRules(
              random.nextBoolean(),
              random.nextInt(4) > 0,
              extensions[random.nextInt(extensions.length)],
              random.nextInt(3) == 0 ? 1 + random.nextInt(1_000) : 0,
              random.nextInt(3) == 0 ? 1 + random.nextInt(2_000) : 0);
      forwarder = new FrameForwarder(rules, this);
    }

    void run() {
      RandomFrames frames = new RandomFrames(random);
      byte[] stream = stream(frames);
      PlainReading expected = new PlainReading(stream, rules, TOKEN);
      int from = 0;
      for (int to : frames.cuts(stream.length)) {
        wants = random.nextInt(4) == 0;
        // A margin on both sides: indices of a buffer need not begin at 0.
        ByteBuf in = alloc.buffer().writeZero(3).writeBytes(stream, from, to - from);
        in.readerIndex(3);
        forwarder.read(in);
        from = to;
        assertThat((long) passed.size())
            .as("%s: passed after %d of %d bytes", this, to, stream.length)
            .isEqualTo(expected.passedOf(to));
        assertThat(forwarder.insideFrame())
            .as("%s: inside a frame after %d bytes", this, to)
            .isEqualTo(breach == null && expected.insideFrame(to));
      }
      forwarder.end();

      assertThat(passed.toByteArray()).as("%s: what was passed", this).isEqualTo(expected.passed());
      if (expected.breaches.isEmpty()) {
        assertThat(breach).as("%s: a breach", this).isNull();
      } else {
        assertThat(breach).as("%s: the breach", this).isIn(expected.breaches);
      }
      assertThat(closed).as("%s: a Close was passed", this).isEqualTo(expected.closed);
      assertThat(expected.boundaries()).as("%s: boundaries", this).containsAll(injected);
      assertThat(alloc.metric().usedDirectMemory() + alloc.metric().usedHeapMemory())
          .as("%s: bytes that leaked", this)
          .isZero();
    }

    private byte[] stream(RandomFrames frames) {
      if (random.nextInt(4) == 0) {
        byte[] bytes = new byte[random.nextInt(400)];
        random.nextBytes(bytes);
        return bytes;
      }
      boolean masked = rules.masked() == (random.nextInt(16) > 0);
      List<Frame> stream = new ArrayList<>(frames.stream(masked, random.nextInt(6)));
      for (int i = random.nextInt(3); i > 0; i--) {
        Frame pong = Frame.of(Opcode.PONG, ByteBuffer.allocate(Long.BYTES).putLong(TOKEN).array());
        stream.add(
            random.nextInt(stream.size() + 1), masked ? pong.masked(random.nextInt()) : pong);
      }
      if (random.nextInt(3) == 0) {
        stream.add(random.nextInt(stream.size() + 1), frames.close(masked));
      }
      byte[] bytes = Frame.bytes(stream);
      return random.nextBoolean() ? frames.spoil(bytes) : bytes;
    }

    @Override
    public void pass(ByteBuf bytes) {
      assertThat(breach).as("%s: passed after a breach", this).isNull();
      assertThat(closed).as("%s: passed after a Close", this).isFalse();
      byte[] copy = new byte[bytes.readableBytes()];
      bytes.readBytes(copy);
      bytes.release();
      passed.writeBytes(copy);
    }

    @Override
    public boolean onControl(FrameCursor frame, ByteBuf in, int payload) {
      int length = (int) frame.payloadLength();
      if (frame.opcode() == Opcode.CLOSE) {
        Breach wrong = rules.checkClose(ControlFrames.closeCode(in, payload, length, frame.mask()));
        if (wrong != null) {
          forwarder.refuse();
          onBreach(wrong);
          return false;
        }
      }
      return frame.opcode() != Opcode.PONG
          || !ControlFrames.carries(in, payload, length, frame.mask(), TOKEN);
    }

    @Override
    public void onClosed() {
      closed = breach == null;
    }

    @Override
    public void onBreach(Breach found) {
      assertThat(breach).as("%s: a second breach", this).isNull();
      breach = found;
    }

    @Override
    public boolean wantsBoundary() {
      return wants;
    }

    @Override
    public void atBoundary(boolean endOfMessage) {
      wants = random.nextBoolean();
      injected.add((long) passed.size());
    }

    @Override
    public String toString() {
      return "-Dholdfast.seed=" + seed + " " + rules;
    }
  }
}
