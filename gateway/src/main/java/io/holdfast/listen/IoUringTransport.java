package io.holdfast.listen;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How io_uring is used: the loop's sockets read into buffers that they share, so that one that
 * waits holds none.
 */
final class IoUringTransport {
  /** The buffers that a loop's sockets share. */
  static final short RING = 0;

  /** A large message is read in as many parts as there are buffers of this size in it. */
  private static final int BUFFER = 64 * 1024;

  /**
   * Sockets need no guess of their own at what comes next, since the ring has it. Should the ring
   * have lost its buffers when memory ran out, each that waits holds this much.
   */
  static final RecvByteBufAllocator RECEIVE = new FixedRecvByteBufAllocator(4 * 1024);

  /**
   * Buffers of a loop. The kernel fills one with what many sockets bring (incremental rings, Linux
   * 6.12), so that a short message takes as much of it as it needs.
   */
  private static final short BUFFERS = 64;

  static {
    // A receive that repeats itself cannot be stopped at once: a relay whose other side is slow
    // would read on, bounded by nothing but the ring.
    System.setProperty("io.netty.iouring.recvMultiShotEnabled", "false");
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
      new MultiThreadIoEventLoopGroup(1, handlers()).shutdownGracefully(0, 0, TimeUnit.SECONDS);
      return null;
    } catch (RuntimeException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return String.valueOf(cause.getMessage());
    }
  }

  static IoHandlerFactory handlers() {
    IoUringBufferRingConfig ring =
        IoUringBufferRingConfig.builder()
            .bufferGroupId(RING)
            .bufferRingSize(BUFFERS)
            .batchSize(16)
            .incremental(true)
            .allocator(new IoUringFixedBufferRingAllocator(PooledByteBufAllocator.DEFAULT, BUFFER))
            .build();
    return IoUringIoHandler.newFactory(new IoUringIoHandlerConfig().setBufferRingConfig(ring));
  }
}
