package io.holdfast.listen;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Netty's io_uring handler, but some of what Netty's channels ask for is asked of the kernel in
 * another way: see {@link IoUringSocket}.
 */
final class IoUringRequests extends AmendedIoHandler {
  private static final Logger log = LoggerFactory.getLogger(IoUringRequests.class);

  private final int part;
  private final int limit;
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
  public IoRegistration register(IoHandle handle) throws Exception {
    IoUringSocket socket = new IoUringSocket(this, (IoUringIoHandle) handle);
    socket.tie(netty.register(socket));
    return socket;
  }
}
