package io.holdfast.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ReceiveBuffersTest {
  private static final long BUDGET = 4L * ReceiveBuffers.LARGE;

  private final ReceiveBuffers buffers = new ReceiveBuffers(PooledByteBufAllocator.DEFAULT, BUDGET);
  private final List<ByteBuf> kept = new ArrayList<>();

  @AfterEach
  void release() {
    kept.forEach(ByteBuf::release);
  }

  private int keepOne() {
    ByteBuf buffer = buffers.allocate();
    kept.add(buffer);
    return buffer.writableBytes();
  }

  @Test
  void theyAreLargeWhileTheyComeBack() {
    for (int i = 0; i < 1000; i++) {
      ByteBuf buffer = buffers.allocate();
      assertThat(buffer.writableBytes()).isEqualTo(ReceiveBuffers.LARGE);
      buffer.release();
    }
  }

  @Test
  void oneThatIsGivenAgainCountsOnce() {
    for (int i = 0; i < 3; i++) {
      keepOne();
    }
    for (int i = 0; i < 10_000; i++) {
      ByteBuf buffer = buffers.allocate();
      assertThat(buffer.writableBytes()).isEqualTo(ReceiveBuffers.LARGE);
      buffer.release();
    }
  }

  @Test
  void withLittleMemoryASmallerOneIsBetterThanNone() {
    ReceiveBuffers poor = new ReceiveBuffers(new Poor(ReceiveBuffers.SMALL), BUDGET);
    ByteBuf buffer = poor.allocate();
    kept.add(buffer);

    assertThat(buffer.writableBytes()).isEqualTo(ReceiveBuffers.SMALL);
  }

  @Test
  void withNoneAtAllItTakesWhatTheJvmHas() {
    ReceiveBuffers none = new ReceiveBuffers(new Poor(0), BUDGET);
    ByteBuf buffer = none.allocate();
    kept.add(buffer);

    assertThat(buffer.isDirect()).isTrue();
    assertThat(buffer.readableBytes()).isZero();
    assertThat(buffer.writableBytes()).isEqualTo(ReceiveBuffers.SMALL);
    assertThat(buffer.maxCapacity()).isEqualTo(ReceiveBuffers.SMALL);
  }

  @Test
  void theMoreIsKeptTheSmallerTheyAre() {
    List<Integer> sizes = new ArrayList<>();
    while (sizes.isEmpty() || sizes.getLast() != ReceiveBuffers.SMALL) {
      sizes.add(keepOne());
    }

    assertThat(sizes.stream().distinct())
        .containsExactly(ReceiveBuffers.LARGE, ReceiveBuffers.MEDIUM, ReceiveBuffers.SMALL);
    long large = sizes.stream().filter(size -> size == ReceiveBuffers.LARGE).count();
    assertThat(large * ReceiveBuffers.LARGE).isEqualTo(BUDGET);
    assertThat(kept.stream().mapToLong(ByteBuf::capacity).sum()).isLessThan(5 * BUDGET);
  }

  @Test
  void theyGrowAgainWhenWhatWasKeptHasLeft() {
    while (keepOne() != ReceiveBuffers.SMALL) {
      // Until slow readers keep all that they may.
    }
    kept.forEach(ByteBuf::release);
    kept.clear();

    int size = 0;
    for (int i = 0; i < 100 && size != ReceiveBuffers.LARGE; i++) {
      size = keepOne();
    }
    assertThat(size).isEqualTo(ReceiveBuffers.LARGE);
  }

  /** Has no memory for more than a small buffer. */
  private static final class Poor extends AbstractByteBufAllocator {
    private final int most;

    Poor(int most) {
      this.most = most;
    }

    @Override
    protected ByteBuf newDirectBuffer(int initial, int maxCapacity) {
      if (initial > most) {
        throw new OutOfMemoryError("not that much");
      }
      return Unpooled.directBuffer(initial, maxCapacity);
    }

    @Override
    protected ByteBuf newHeapBuffer(int initial, int most) {
      return Unpooled.buffer(initial, most);
    }

    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }
  }
}
