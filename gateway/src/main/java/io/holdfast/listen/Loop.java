package io.holdfast.listen;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** An event loop that can say how much it has to do. Any thread may ask. */
final class Loop extends SingleThreadIoEventLoop {
  /** Sockets handed over that the loop has not registered yet. */
  private final AtomicInteger coming = new AtomicInteger();

  private volatile int connections;

  private long measuredAt = System.nanoTime();
  private volatile long cpu;
  private volatile double busy;

  Loop(IoEventLoopGroup group, Executor executor, IoHandlerFactory handlers) {
    super(group, executor, handlers);
  }

  @Override
  public ChannelFuture register(ChannelPromise promise) {
    // Many may be accepted before the first of them is registered.
    coming.incrementAndGet();
    return super.register(promise).addListener(_ -> coming.decrementAndGet());
  }

  /** A client connection of this loop is open. By its own thread. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void opened() {
    connections++;
  }

  /** A client connection of this loop is closed. By its own thread. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void closed() {
    connections--;
  }

  /** Client connections open now, and those that come. */
  int connections() {
    return connections + coming.get();
  }

  /** Share of a core that it used between the last two calls of {@link #measure()}. */
  double busy() {
    return busy;
  }

  /** CPU time of its thread as of the last call of {@link #measure()}, in nanoseconds. */
  long cpu() {
    return cpu;
  }

  /** To be called by its own thread, now and then. */
  void measure() {
    long now = System.nanoTime();
    long used = Threads.BEAN.getCurrentThreadCpuTime();
    busy = (double) (used - cpu) / Math.max(1, now - measuredAt);
    cpu = used;
    measuredAt = now;
  }

  /** Loaded with the first measurement: a start has no time for the management classes. */
  private static final class Threads {
    static final ThreadMXBean BEAN = ManagementFactory.getThreadMXBean();
  }
}
