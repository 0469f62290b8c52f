package io.holdfast.listen;

import io.holdfast.tls.EndOutput;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection without losing its last answer: to close a socket whose peer is still sending
 * resets it, and the reset may overtake the answer (RFC 9112 section 9.6).
 */
final class Linger {
  private static final long AT_MOST_SECONDS = 2;

  private Linger() {}

  /**
   * Ends sending once all that was written is out, reads on for a moment, and closes. The channel's
   * handlers must drop what is read, and close at the end of the input.
   */
  static void close(Channel channel) {
    Output.whenOut(channel, () -> endOutput(channel));
  }

  private static void endOutput(Channel channel) {
    if (!(channel instanceof DuplexChannel duplex) || duplex.isInputShutdown()) {
      channel.close();
      return;
    }
    EndOutput.of(channel);
    var deadline =
        channel.eventLoop().schedule(() -> channel.close(), AT_MOST_SECONDS, TimeUnit.SECONDS);
    channel.closeFuture().addListener(ignored -> deadline.cancel(false));
  }
}
