package io.holdfast.listen;

import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;

/**
 * How a socket that is not read hears that its peer has ended its side. One that is read hears it
 * from the receive itself, and most are always read, so the kernel is asked only at the first
 * pause: to watch each socket from its beginning to its end takes two requests more.
 */
final class HangUpWait {
  /** Netty's channels use no such user data. */
  private static final short USER_DATA = 0;

  private final IoRegistration netty;
  private final long poll;
  private boolean over;

  /** Begins to wait. */
  HangUpWait(IoRegistration netty, int fd) {
    this.netty = netty;
    this.poll = netty.submit(Sqe.pollOnce(fd, Sqe.POLLRDHUP, USER_DATA));
  }

  /** Whether it is the answer to such a wait. */
  static boolean concerns(IoUringIoEvent completion) {
    return completion.opcode() == Sqe.POLL_ADD && completion.userData() == USER_DATA;
  }

  /** The wait has ended; returns whether the peer has ended its side, and that is still of use. */
  boolean end(IoUringIoEvent completion) {
    boolean heard = !over && completion.res() >= 0;
    over = true;
    return heard;
  }

  /** Waits no more, for the socket is about to be closed. */
  void cancel() {
    if (!over) {
      over = true;
      netty.submit(Sqe.cancel(poll, Sqe.POLL_ADD));
    }
  }
}
