package io.holdfast.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * For how long what waits for a peer has not moved, because it does not read. Times are {@link
 * RelayLoop#now()}.
 */
final class Stall {
  /** Looks this often in the time that a peer has: progress is seen to a quarter of it. */
  private static final int LOOKS = 4;

  private final Channel channel;
  private long mark;
  private long since;

  Stall(Channel channel) {
    this.channel = channel;
  }

  /** What waits has crossed a water mark, so some of it left before: the clock starts again. */
  void onWritability() {
    mark = 0;
  }

  /** Whether something waits for the peer. */
  boolean waits() {
    return mark() != 0;
  }

  /** Nanoseconds without progress; 0 when nothing waits. */
  long at(long now) {
    long present = mark();
    if (present != mark || present == 0) {
      mark = present;
      since = now;
    }
    return now - since;
  }

  /** When to look again; {@code write} is what a peer has to make progress, 0 for ever. */
  long nextVisit(long now, long write) {
    if (write == 0 || mark() == 0) {
      return Long.MAX_VALUE;
    }
    return mark() == mark ? Math.min(since + write, now + write / LOOKS) : now;
  }

  /** Changes with every byte that leaves: Netty's total alone moves with whole buffers only. */
  private long mark() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    if (buffer == null) {
      return 0;
    }
    long current = buffer.current() instanceof ByteBuf first ? first.readableBytes() : 0;
    return buffer.totalPendingWriteBytes() << 24 ^ current;
  }
}
