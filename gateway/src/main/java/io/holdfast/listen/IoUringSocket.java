package io.holdfast.listen;

import io.netty.channel.IoEvent;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import org.jspecify.annotations.Nullable;

/**
 * One socket, between Netty's channel and Netty's handler. Used by the loop's thread alone.
 *
 * <p>A receive that repeats itself (multishot) ends after some bytes here, and is then asked for
 * anew, unless reading was paused meanwhile. Netty's goes on until a cancellation has reached the
 * kernel, which may have read all that the socket's buffer holds by then: backpressure would have
 * no bound. The channel sees one receive that goes on: the end at the limit looks to it like any
 * part behind which nothing is there yet. If it answers by cancelling, it is told so in the
 * kernel's stead. Where the kernel knows no such limit, each receive ends after one part.
 *
 * <p>To wait until a socket can be written to is left to a {@link WriteWait}, and until its peer
 * has ended its side, while it is not read, to a {@link HangUpWait}.
 */
@SuppressWarnings("try") // Netty's signature of close
final class IoUringSocket extends AmendedIoUringHandle {
  private final IoUringRequests requests;
  private @Nullable WriteWait writeWait;
  private @Nullable HangUpWait hangUpWait;

  // The receive that the channel asked for last.
  private int fd;
  private short userData;
  private short group;

  /** What it is cancelled by. */
  private long receive;

  /** The kernel has it. */
  private boolean armed;

  /** It ends at the limit. */
  private boolean limited;

  /** The channel wants no more of it. */
  private boolean cancelled;

  /** The socket is about to be closed. */
  private boolean closing;

  IoUringSocket(IoUringRequests requests, IoUringIoHandle channel) {
    super(channel);
    this.requests = requests;
  }

  // What the channel asks for.

  /**
   * {@inheritDoc}
   *
   * <p>Small, so that it is inlined where a message is sent: what is handed over then never becomes
   * an object ({@code conf/jvm.options}).
   */
  @Override
  public long submit(IoOps ops) {
    byte opcode = Sqe.opcode(ops);
    return opcode == Sqe.SEND || opcode == Sqe.WRITEV
        ? netty().submit(ops)
        : submitAmended(ops, opcode);
  }

  private long submitAmended(IoOps ops, byte opcode) {
    return switch (opcode) {
      case Sqe.RECV -> receive(ops);
      case Sqe.ASYNC_CANCEL -> cancel(ops);
      case Sqe.POLL_ADD -> poll(ops);
      case Sqe.CLOSE -> end(ops);
      default -> netty().submit(ops);
    };
  }

  private long receive(IoOps ops) {
    if (!Sqe.selectsBuffer(ops)) {
      awaitHangUp(Sqe.fd(ops)); // a pause does not show without the shared buffers
      return netty().submit(ops);
    }
    fd = Sqe.fd(ops);
    userData = Sqe.userData(ops);
    group = Sqe.bufferGroup(ops);
    cancelled = false;
    arm(false);
    return receive;
  }

  private long cancel(IoOps ops) {
    if (receive != 0 && Sqe.target(ops) == receive) {
      cancelled = true;
      if (!armed) {
        return receive;
      }
    }
    return netty().submit(ops);
  }

  private long poll(IoOps ops) {
    int events = Sqe.events(ops);
    if (events == Sqe.POLLRDHUP) {
      // As if it could not be asked for, which leaves the channel to what it reads.
      return 0;
    }
    if (events == Sqe.POLLOUT) {
      if (writeWait == null) {
        writeWait = new WriteWait(netty());
      }
      return writeWait.begin(Sqe.fd(ops), Sqe.userData(ops));
    }
    awaitHangUp(Sqe.fd(ops)); // as for a receive without the shared buffers, which is to follow
    return netty().submit(ops);
  }

  private long end(IoOps ops) {
    watchNoMore();
    return netty().submit(ops);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Called when the loop ends. Netty then has the kernel wait until nothing is under way, which
   * what ends with the socket alone would keep from ever being so.
   */
  @Override
  public void close() throws Exception {
    watchNoMore();
    super.close();
  }

  private void watchNoMore() {
    closing = true;
    if (hangUpWait != null) {
      hangUpWait.cancel();
    }
  }

  /** Hears of the end of the peer's side though nothing is read; of one end, once. */
  private void awaitHangUp(int fd) {
    if (hangUpWait == null && !closing) {
      hangUpWait = new HangUpWait(netty(), fd);
    }
  }

  /**
   * Has the kernel receive.
   *
   * @param empty whether nothing is there yet
   */
  private void arm(boolean empty) {
    int limit = requests.limit();
    limited = limit > 0;
    receive =
        netty()
            .submit(
                limited
                    ? Sqe.receive(fd, group, userData, requests.part(), limit)
                    : Sqe.receiveOnce(fd, group, userData, requests.part(), empty));
    armed = receive != 0;
  }

  // What the kernel answers.

  @Override
  public void handle(IoRegistration ofNetty, IoEvent event) {
    IoUringIoEvent completion = (IoUringIoEvent) event;
    byte opcode = completion.opcode();
    if (opcode == Sqe.RECV && armed) {
      received(completion);
      if (cancelled && !armed && completion.res() != 0) {
        awaitHangUp(fd);
      }
    } else if (hangUpWait != null && HangUpWait.concerns(completion)) {
      if (hangUpWait.end(completion)) {
        channel.handle(this, completion);
      }
    } else if (opcode == Sqe.POLL_ADD && writeWait != null && writeWait.concerns(completion)) {
      IoUringIoEvent end = writeWait.handle(completion);
      if (end != null) {
        channel.handle(this, end);
      }
    } else {
      if (opcode == Sqe.ASYNC_CANCEL && missedTheReceive(completion)) {
        netty().submit(Sqe.cancel(receive, Sqe.RECV));
      }
      channel.handle(this, event);
    }
  }

  private void received(IoUringIoEvent completion) {
    int res = completion.res();
    int flags = completion.flags();
    if ((flags & Sqe.MORE) != 0) {
      if (cancelled && (flags & Sqe.SOCK_NONEMPTY) != 0) {
        // The channel would wait for the rest before it looks whether it is to read on.
        show(res, flags & ~Sqe.SOCK_NONEMPTY);
      } else {
        channel.handle(this, completion);
      }
      return;
    }
    armed = false;
    if (res > 0) {
      endOfTurn(res, flags);
    } else if (res == -Sqe.EINVAL && limited) {
      requests.unlimited();
      readOn(false);
    } else if (res == -Sqe.ENOBUFS && cancelled) {
      // The channel would ask anew, though it is paused.
      show(-Sqe.ECANCELED, 0);
    } else {
      channel.handle(this, completion);
    }
  }

  /** The last part of what was asked for. */
  private void endOfTurn(int res, int flags) {
    show(res, (flags | Sqe.MORE) & ~Sqe.SOCK_NONEMPTY);
    readOn((flags & Sqe.SOCK_NONEMPTY) == 0);
  }

  /** Receives again, if that is still wanted. */
  private void readOn(boolean empty) {
    if (!cancelled) {
      arm(empty);
    }
    if (!armed) {
      show(-Sqe.ECANCELED, 0);
    }
  }

  private void show(int res, int flags) {
    channel.handle(this, new IoUringIoEvent(res, flags, Sqe.RECV, (long) userData));
  }

  /**
   * Whether the kernel did not find the receive that it has: between two parts it may neither wait
   * nor be under way. Netty does not ask again, and never closes a socket that it believes to read.
   */
  private boolean missedTheReceive(IoUringIoEvent cancellation) {
    return armed
        && cancelled
        && cancellation.userData() == Sqe.RECV
        && cancellation.res() == -Sqe.ENOENT;
  }
}
