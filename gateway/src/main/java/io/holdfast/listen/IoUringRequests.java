package io.holdfast.listen;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoHandle;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Netty's io_uring handler, but some of what Netty's channels ask for is asked of the kernel in
 * another way: see {@link IoUringSocket} and {@link Alarm}.
 */
final class IoUringRequests extends AmendedIoHandler {
  private static final Logger log = LoggerFactory.getLogger(IoUringRequests.class);

  private final int part;
  private final int limit;
  private final Alarm alarm = new Alarm();
  private boolean limited = true;

  /**
   * Around Netty's handler.
   *
   * @param part bytes of a message that are read at once, at most
   * @param limit bytes after which a receive is asked for anew; one part may exceed it
   */
  IoUringRequests(IoHandler netty, int part, int limit) {
    super(netty);
    this.part = part;
    this.limit = limit;
  }

  /** Bytes that are read at once, at most. */
  int part() {
    return part;
  }

  /** Bytes after which a receive ends; 0 where the kernel knows no such limit. */
  int limit() {
    return limited ? limit : 0;
  }

  /** The kernel has refused the limit: it is older than 6.17. */
  void unlimited() {
    if (limited) {
      limited = false;
      log.info("io_uring cannot bound a receive here (Linux 6.17 can), so each reads one part");
    }
  }

  @Override
  public void initialize() {
    netty.initialize();
    try {
      alarm.tie(netty.register(alarm));
    } catch (Exception e) {
      throw new IllegalStateException("io_uring has no alarm", e);
    }
  }

  @Override
  public int run(IoHandlerContext context) {
    return netty.run(alarm.before(context));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Netty frees the memory that its read of wake-ups writes to, and means to wait for that read
   * before. But the kernel refuses the request to wait (EINVAL: its bound has a count), so the read
   * may come too late, and the process aborts over it. For a wake-up that is still to be read Netty
   * waits in another way, which works; only another thread can cause one. A loop that ends by an
   * exception comes here with its alarm still set.
   */
  @Override
  public void destroy() {
    CompletableFuture.runAsync(netty::wakeup).join();
    alarm.close();
    netty.destroy();
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    IoUringSocket socket = new IoUringSocket(this, (IoUringIoHandle) handle);
    socket.tie(netty.register(socket));
    return socket;
  }
}
