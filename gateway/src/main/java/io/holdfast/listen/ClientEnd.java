package io.holdfast.listen;

import io.holdfast.tls.Reset;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;

/** How a client connection that speaks HTTP ends from our side. */
final class ClientEnd {
  private final Channel channel;
  private final HeadClock headClock;
  private boolean begun;

  ClientEnd(Channel channel, HeadClock headClock) {
    this.channel = channel;
    this.headClock = headClock;
  }

  /** Whether it was decided: what still comes is dropped. */
  boolean begun() {
    return begun;
  }

  /** Whether the client was told, behind the last answer. */
  boolean told() {
    return !(channel instanceof DuplexChannel duplex) || duplex.isOutputShutdown();
  }

  /** Ends the connection once all that was written is out. */
  void gently() {
    if (!begun) {
      begun = true;
      headClock.stop();
      channel.config().setAutoRead(true);
      Linger.close(channel);
    }
  }

  /**
   * Ends the connection at once.
   *
   * @param delimited false for a reset, where what was written is all the client could go by
   */
  void abruptly(boolean delimited) {
    begun = true;
    channel.flush();
    if (delimited) {
      channel.close();
    } else {
      Reset.of(channel);
    }
  }
}
