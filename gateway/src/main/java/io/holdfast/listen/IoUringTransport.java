package io.holdfast.listen;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How io_uring is used: the loop's sockets read into buffers that they share, so that one that
 * waits holds none.
 */
final class IoUringTransport {
  /** The buffers that a loop's sockets share. */
  static final short RING = 0;

  /**
   * Sockets need no guess of their own at what comes next, since the ring has it. Should the ring
   * have lost its buffers when memory ran out, each that waits holds this much.
   */
  static final RecvByteBufAllocator RECEIVE = new FixedRecvByteBufAllocator(4 * 1024);

  /** Buffers of a loop, to begin with and at most. */
  private static final int FIRST_BUFFERS = 2;

  private static final short MOST_BUFFERS = 8;

  /** What all loops together may keep in large buffers, and one at least. */
  private static final long BUDGET = 64L * 1024 * 1024;

  private static final long LEAST_BUDGET = 16L * 1024 * 1024;

  /**
   * Medium ones may take as much again, and both together half of the memory for buffers: what is
   * written needs some, too.
   */
  private static final int SHARE = 4;

  /**
   * A part of a large message. A relay whose other side is slow may read two of these after it was
   * paused, and two more when the peer has ended its side.
   */
  private static final int PART = 128 * 1024;

  /** What one round of an event loop asks of thousands of sockets goes to the kernel at once. */
  private static final int SUBMISSIONS = 1024;

  static {
    // IoUringSocket relies on it.
    System.setProperty("io.netty.iouring.recvMultiShotEnabled", "true");
  }

  private IoUringTransport() {}

  /** Why it does not work here, or null when it does. */
  static @Nullable String missing() {
    if (!IoUring.isAvailable()) {
      return String.valueOf(IoUring.unavailabilityCause().getMessage());
    }
    if (!IoUring.isRegisterBufferRingIncSupported()) {
      return "it has no incremental buffer rings; they need Linux 6.12, and locked memory (ulimit -l)";
    }
    try {
      // What a container or the limit of locked memory forbids shows only here.
      new MultiThreadIoEventLoopGroup(1, handlers(1)).shutdownGracefully(0, 0, TimeUnit.SECONDS);
      return null;
    } catch (RuntimeException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return String.valueOf(cause.getMessage());
    }
  }

  /**
   * What drives each of so many event loops. The kernel fills a buffer with what many sockets bring
   * (incremental rings, Linux 6.12), so that a short message takes as much of it as it needs.
   */
  static IoHandlerFactory handlers(int loops) {
    long share = PlatformDependent.maxDirectMemory() / ((long) SHARE * loops);
    long budget = Math.min(Math.max(LEAST_BUDGET, BUDGET / loops), share);
    return loop -> {
      IoUringBufferRingConfig ring =
          IoUringBufferRingConfig.builder()
              .bufferGroupId(RING)
              .bufferRingSize(MOST_BUFFERS)
              .batchSize(FIRST_BUFFERS)
              .incremental(true)
              .allocator(new ReceiveBuffers(PooledByteBufAllocator.DEFAULT, budget))
              .build();
      IoUringIoHandlerConfig config =
          new IoUringIoHandlerConfig().setRingSize(SUBMISSIONS).setBufferRingConfig(ring);
      return new IoUringRequests(IoUringIoHandler.newFactory(config).newHandler(loop), PART, PART);
    };
  }
}
