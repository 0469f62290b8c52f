package io.holdfast.listen;

import io.netty.channel.IoOps;
import io.netty.channel.uring.IoUringIoOps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What is asked of io_uring: entries of its submission queue, read and made. Names and numbers are
 * those of {@code linux/io_uring.h}, without their prefixes. Netty lets nobody read its entries, so
 * their fields are read by name; a Netty without them fails at the first event loop.
 */
final class Sqe {
  static final byte WRITEV = 2;
  static final byte POLL_ADD = 6;
  static final byte TIMEOUT = 11;
  static final byte ASYNC_CANCEL = 14;
  static final byte CLOSE = 19;
  static final byte SEND = 26;
  static final byte RECV = 27;

  // Flags of completions.
  static final int MORE = 1 << 1;
  static final int SOCK_NONEMPTY = 1 << 2;

  // Errors, which results are the negatives of.
  static final int ENOENT = 2;
  static final int EINVAL = 22;
  static final int ENOBUFS = 105;
  static final int ECANCELED = 125;

  // Events of poll(2).
  static final int POLLIN = 1;
  static final int POLLOUT = 4;
  static final int POLLERR = 8;
  static final int POLLHUP = 16;
  static final int POLLRDHUP = 0x2000;

  private static final int BUFFER_SELECT = 1 << 5;
  private static final short POLL_FIRST = 1;
  private static final short MULTISHOT = 1 << 1;
  private static final int ADD_MULTI = 1;

  private static final VarHandle OPCODE = field("opcode", byte.class);
  private static final VarHandle FLAGS = field("flags", byte.class);
  private static final VarHandle FD = field("fd", int.class);
  private static final VarHandle ADDR = field("union2", long.class);
  private static final VarHandle EVENTS = field("union3", int.class);
  private static final VarHandle USER_DATA = field("data", long.class);
  private static final VarHandle BUF_GROUP = field("union4", short.class);

  private Sqe() {}

  private static VarHandle field(String name, Class<?> type) {
    try {
      return MethodHandles.privateLookupIn(IoUringIoOps.class, MethodHandles.lookup())
          .findVarHandle(IoUringIoOps.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this version of Netty has no IoUringIoOps." + name, e);
    }
  }

  static byte opcode(IoOps entry) {
    return (byte) OPCODE.get((IoUringIoOps) entry);
  }

  static int fd(IoOps entry) {
    return (int) FD.get((IoUringIoOps) entry);
  }

  /** What Netty knows the request by among those of one socket. */
  static short userData(IoOps entry) {
    return (short) (long) USER_DATA.get((IoUringIoOps) entry);
  }

  /** Of a receive: whether the kernel is to choose the buffer. */
  static boolean selectsBuffer(IoOps receive) {
    return ((byte) FLAGS.get((IoUringIoOps) receive) & BUFFER_SELECT) != 0;
  }

  /** Of a receive: the ring to choose a buffer of. */
  static short bufferGroup(IoOps receive) {
    return (short) BUF_GROUP.get((IoUringIoOps) receive);
  }

  /** Of a poll: what it waits for. */
  static int events(IoOps poll) {
    return (int) EVENTS.get((IoUringIoOps) poll);
  }

  /** Of a cancellation: what submitting the request to cancel had returned. */
  static long target(IoOps cancellation) {
    return (long) ADDR.get((IoUringIoOps) cancellation);
  }

  /** Receives parts until so many bytes have come, or it is cancelled. */
  static IoUringIoOps receive(int fd, short group, short userData, int part, int limit) {
    return entry(RECV, BUFFER_SELECT, MULTISHOT, fd, 0, part, 0, userData, group, limit);
  }

  /**
   * Receives one part.
   *
   * @param empty whether nothing is there yet: then the attempt is spared
   */
  static IoUringIoOps receiveOnce(int fd, short group, short userData, int part, boolean empty) {
    short how = empty ? POLL_FIRST : 0;
    return entry(RECV, BUFFER_SELECT, how, fd, 0, part, 0, userData, group, 0);
  }

  /** Tells of {@code events} each time that something about them changes, until it is cancelled. */
  static IoUringIoOps poll(int fd, int events, short userData) {
    return entry(POLL_ADD, 0, (short) 0, fd, 0, ADD_MULTI, events, userData, (short) 0, 0);
  }

  /** Tells of one of {@code events}, once. */
  static IoUringIoOps pollOnce(int fd, int events, short userData) {
    return entry(POLL_ADD, 0, (short) 0, fd, 0, 0, events, userData, (short) 0, 0);
  }

  /**
   * Waits for a time: seconds and nanoseconds at {@code address}, which is read when it is
   * submitted.
   */
  static IoUringIoOps timeout(long address, short userData) {
    return entry(TIMEOUT, 0, (short) 0, -1, address, 1, 0, userData, (short) 0, 0);
  }

  /** Cancels a request with that opcode. Like Netty's own, it carries the opcode as user data. */
  static IoUringIoOps cancel(long target, byte opcode) {
    return entry(ASYNC_CANCEL, 0, (short) 0, -1, target, 0, 0, opcode, (short) 0, 0);
  }

  private static IoUringIoOps entry(
      byte opcode,
      int flags,
      short ioprio,
      int fd,
      long addr,
      int len,
      int opFlags,
      long userData,
      short bufGroup,
      int optlen) {
    return new IoUringIoOps(
        opcode,
        (byte) flags,
        ioprio,
        fd,
        0,
        addr,
        len,
        opFlags,
        userData,
        bufGroup,
        (short) 0,
        optlen,
        0);
  }
}
