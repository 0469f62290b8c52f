package io.holdfast.listen;

import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a socket waits until it can be written to. The kernel ends every poll when the peer has ended
 * its side, whatever the poll was for, and from then on at once. Netty takes that for the end of
 * the poll that it keeps for it, so what had to be written to such a peer was never written. A poll
 * that repeats itself tells of that end once, and goes on.
 */
final class WriteWait {
  private static final int NONE = Integer.MIN_VALUE;
  private static final int WRITABLE = Sqe.POLLOUT | Sqe.POLLERR | Sqe.POLLHUP;

  private final IoRegistration netty;
  private int fd;
  private long poll;

  /** User data of the poll that is waited for. */
  private int waiting = NONE;

  /** User data of polls that are over but will still be heard of. */
  private final Set<Integer> over = new HashSet<>();

  WriteWait(IoRegistration netty) {
    this.netty = netty;
  }

  /** Begins to wait; returns what it is cancelled by. */
  long begin(int fd, short userData) {
    this.fd = fd;
    waiting = userData;
    return ask();
  }

  private long ask() {
    poll = netty.submit(Sqe.poll(fd, Sqe.POLLOUT, (short) waiting));
    return poll;
  }

  /** Whether it is the answer to a poll of this. */
  boolean concerns(IoUringIoEvent completion) {
    int userData = (int) completion.userData();
    return userData == waiting || over.contains(userData);
  }

  /** What Netty's channel is to hear; null while there is nothing to hear. */
  @Nullable IoUringIoEvent handle(IoUringIoEvent completion) {
    boolean more = (completion.flags() & Sqe.MORE) != 0;
    int userData = (int) completion.userData();
    if (userData != waiting) {
      if (!more) {
        over.remove(userData);
      }
      return null;
    }
    int events = completion.res();
    if (events >= 0 && (events & WRITABLE) == 0) {
      if (!more) {
        ask();
      }
      return null;
    }
    waiting = NONE;
    if (more) {
      over.add(userData);
      netty.submit(Sqe.cancel(poll, Sqe.POLL_ADD));
    }
    // Also when it was cancelled, at the close: Netty knows the end of a wait by this alone, and
    // forgets no socket before.
    return new IoUringIoEvent(Sqe.POLLOUT, 0, Sqe.POLL_ADD, (long) userData);
  }
}
