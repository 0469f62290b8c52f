package io.holdfast.listen;

import io.holdfast.model.Limits;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts client connections, overall and per address (IPv6: per /64, which one subscriber has to
 * himself). Thread-safe. Counts go on over reloads; only the limits change.
 */
public final class Permits {
  /** An IPv4 address, or the first 64 bits of an IPv6 address. */
  private record Block(long bits, boolean six) {
    // What the compiler makes of a record is slow to compile further, and every connection asks.
    @Override
    public int hashCode() {
      return Long.hashCode(bits) * 31 + Boolean.hashCode(six);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Block block && block.bits == bits && block.six == six;
    }

    static Block of(InetAddress address) {
      byte[] bytes = address.getAddress();
      return bytes.length == 4
          ? new Block(ByteBuffer.wrap(bytes).getInt(), false)
          : new Block(ByteBuffer.wrap(bytes).getLong(), true);
    }
  }

  private final AtomicInteger total = new AtomicInteger();
  private final ConcurrentMap<Block, Integer> perAddress = new ConcurrentHashMap<>();

  /** What came of asking. */
  public sealed interface Answer {
    /** May stay; {@link #release} gives it back, once. */
    final class Permit implements Answer {
      private final Permits permits;
      private final Block block;
      private final AtomicBoolean released = new AtomicBoolean();

      private Permit(Permits permits, Block block) {
        this.permits = permits;
        this.block = block;
      }

      /** Gives it back; a second time does nothing. */
      public void release() {
        if (released.compareAndSet(false, true)) {
          permits.giveBack(block);
        }
      }
    }

    /** There are too many overall. */
    record Full() implements Answer {}

    /** There are too many from this address. */
    record AddressFull() implements Answer {}
  }

  /** Asks for one more connection from {@code address}. */
  public Answer acquire(InetAddress address, Limits limits) {
    int all = total.incrementAndGet();
    if (limits.connections() > 0 && all > limits.connections()) {
      total.decrementAndGet();
      return new Answer.Full();
    }
    Block block = Block.of(address);
    int here = perAddress.merge(block, 1, Integer::sum);
    Answer.Permit permit = new Answer.Permit(this, block);
    if (limits.connectionsPerAddress() > 0 && here > limits.connectionsPerAddress()) {
      permit.release();
      return new Answer.AddressFull();
    }
    return permit;
  }

  private void giveBack(Block block) {
    total.decrementAndGet();
    perAddress.computeIfPresent(block, (k, count) -> count == 1 ? null : count - 1);
  }

  /** Connections that hold a permit. */
  public int inUse() {
    return total.get();
  }
}
