package io.holdfast.tls;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** Ends our sending on a channel, while its peer may go on. */
public final class EndOutput {
  private EndOutput() {}

  /**
   * Sends FIN, over TLS behind a close_notify: without one the peer must take the end for a cut
   * (RFC 8446 section 6.1). What was written before must be flushed.
   */
  public static void of(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      shutdown(channel);
    } else {
      tls.closeOutbound().addListener(sent -> shutdown(channel));
    }
  }

  private static void shutdown(Channel channel) {
    if (channel instanceof DuplexChannel duplex && channel.isActive()) {
      duplex.shutdownOutput();
    }
  }
}
