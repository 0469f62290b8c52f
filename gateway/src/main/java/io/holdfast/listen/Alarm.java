package io.holdfast.listen;

import static java.util.Objects.requireNonNull;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.unix.Buffer;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Wakes an event loop for what it has scheduled. Netty sets a timer of the kernel before each wait,
 * thousands a second, though the next deadline is mostly the same. This one is set once per
 * deadline, and not taken back when that deadline is cancelled: the loop then wakes for nothing.
 *
 * <p>It is what Netty's handler sees of the loop. Used by the loop's thread.
 */
final class Alarm implements IoUringIoHandle, IoHandlerContext {
  /** No deadline, to Netty. */
  private static final long NONE = -1;

  private static final long MOST = TimeUnit.HOURS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** The kernel's two numbers: seconds, nanoseconds. */
  private final ByteBuffer time =
      ByteBuffer.allocateDirect(2 * Long.BYTES).order(ByteOrder.nativeOrder());

  private @Nullable IoRegistration registration;
  private @Nullable IoHandlerContext loop;

  /** When the last one is due, by {@link System#nanoTime()}; not to be relied on after that. */
  private long due = System.nanoTime();

  /** What the last one is cancelled by; 0 when it is known to be over. */
  private long id;

  /** User data of the last one. */
  private short last;

  void tie(IoRegistration ofNetty) {
    registration = ofNetty;
  }

  /** This, to be seen in place of {@code loop}. */
  IoHandlerContext before(IoHandlerContext loop) {
    this.loop = loop;
    return this;
  }

  private IoHandlerContext loop() {
    return requireNonNull(loop);
  }

  @Override
  public boolean canBlock() {
    return loop().canBlock();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Netty asks just before it blocks, and then tells the kernel what it is asked for here.
   *
   * @return none: the alarm is set
   */
  @Override
  public long deadlineNanos() {
    long deadline = loop().deadlineNanos();
    if (deadline == NONE) {
      return NONE;
    }
    if (registration == null || !registration.isValid()) {
      return deadline;
    }
    long now = System.nanoTime();
    long delay = Math.min(loop().delayNanos(now), MOST);
    if (due - now <= 0 || now + delay - due < 0) {
      set(registration, delay);
      due = now + delay;
    }
    return NONE;
  }

  private void set(IoRegistration kernel, long delay) {
    if (id != 0) {
      // Its end ends the next wait at once, for nothing; earlier deadlines are rare.
      kernel.submit(Sqe.cancel(id, Sqe.TIMEOUT));
    }
    time.putLong(0, delay / SECOND).putLong(Long.BYTES, delay % SECOND);
    last++;
    id = kernel.submit(Sqe.timeout(Buffer.memoryAddress(time), last));
  }

  @Override
  public void handle(IoRegistration ofNetty, IoEvent event) {
    IoUringIoEvent completion = (IoUringIoEvent) event;
    if (completion.opcode() == Sqe.TIMEOUT && (short) completion.userData() == last) {
      id = 0;
      due = System.nanoTime();
    }
  }

  /** Netty closes all before the loop ends, and waits for what the kernel still has. */
  @Override
  public void close() {
    if (registration != null) {
      if (id != 0) {
        registration.submit(Sqe.cancel(id, Sqe.TIMEOUT));
      }
      registration.cancel();
    }
  }

  @Override
  public long delayNanos(long now) {
    return loop().delayNanos(now);
  }

  @Override
  public void reportActiveIoTime(long nanos) {
    loop().reportActiveIoTime(nanos);
  }

  @Override
  public boolean shouldReportActiveIoTime() {
    return loop().shouldReportActiveIoTime();
  }
}
