package io.holdfast.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.uring.IoUringBufferRingAllocator;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The buffers that the sockets of one event loop share to receive into. Many messages come into one
 * buffer, and it is free again when the last of them has left. Few are cut in two by the end of a
 * large buffer; but what one slow reader is sent keeps a whole one. So the more is kept, the
 * smaller new ones are.
 *
 * <p>Only the event loop may use it.
 */
final class ReceiveBuffers implements IoUringBufferRingAllocator {
  private static final Logger log = LoggerFactory.getLogger(ReceiveBuffers.class);

  static final int LARGE = 1024 * 1024;
  static final int MEDIUM = 64 * 1024;
  static final int SMALL = 8 * 1024;

  /** Between {@link #MEDIUM} and {@link #SMALL}, in budgets. */
  private static final int FAR_BEYOND = 2;

  /** What is kept is counted anew when this share of all was added: an eighth. */
  private static final int SHARE = 8;

  private static final long BETWEEN_WARNINGS = TimeUnit.MINUTES.toNanos(1);

  private final ByteBufAllocator allocator;
  private final long budget;

  /** Those that were given out, and their sizes: Netty uses the objects again for other buffers. */
  private final IdentityHashMap<ByteBuf, Integer> given = new IdentityHashMap<>();

  private long kept;
  private int added;

  /** No warning before this {@link System#nanoTime()}. */
  private long warned = System.nanoTime();

  /**
   * None yet.
   *
   * @param budget bytes that may be kept in large buffers
   */
  ReceiveBuffers(ByteBufAllocator allocator, long budget) {
    this.allocator = allocator;
    this.budget = budget;
  }

  /**
   * A buffer, smaller than it should be when there is too little memory.
   *
   * <p>It must not fail: Netty's ring is of no use afterwards, and the loop with it. So the last
   * resort is memory that the JVM counts apart from Netty's, up to the same limit.
   *
   * @throws OutOfMemoryError when that is used up as well
   */
  @Override
  public ByteBuf allocate() {
    if (++added * SHARE > given.size()) {
      added = 0;
      count();
    }
    for (int size = size(); ; size = size == LARGE ? MEDIUM : SMALL) {
      try {
        return give(allocator.directBuffer(size, size), size);
      } catch (OutOfMemoryError e) {
        warn(e);
        if (size == SMALL) {
          return give(Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(size)).clear(), size);
        }
      }
    }
  }

  private void warn(OutOfMemoryError e) {
    long now = System.nanoTime();
    if (now - warned >= 0) {
      warned = now + BETWEEN_WARNINGS;
      log.warn("memory for buffers is used up, so reads are smaller: {}", e.getMessage());
    }
  }

  private int size() {
    return kept < budget ? LARGE : kept < FAR_BEYOND * budget ? MEDIUM : SMALL;
  }

  private ByteBuf give(ByteBuf buffer, int size) {
    Integer before = given.put(buffer, size);
    kept += size - (before == null ? 0 : before);
    return buffer;
  }

  private void count() {
    given.entrySet().removeIf(each -> !isKept(each.getKey(), each.getValue()));
    kept = given.values().stream().mapToLong(Integer::longValue).sum();
  }

  private static boolean isKept(ByteBuf buffer, int size) {
    return buffer.refCnt() > 0 && buffer.capacity() == size;
  }

  @Override
  public void lastBytesRead(int attempted, int actual) {
    // Sizes depend on what is kept, not on what comes.
  }
}
