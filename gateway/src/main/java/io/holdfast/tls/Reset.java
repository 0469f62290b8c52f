package io.holdfast.tls;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;

/** Ends a channel so that its peer cannot take the end for a good one. */
public final class Reset {
  private Reset() {}

  /**
   * Sends RST at once, and drops what was not sent yet. Over TLS without a close_notify, which
   * would say that all is there (RFC 8446 section 6.1), and which a peer that does not read would
   * hold up. Does nothing to a channel that is closed, whose options cannot be set any more.
   */
  public static void of(Channel channel) {
    if (!channel.isOpen()) {
      return;
    }
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
    if (tls == null) {
      channel.close();
    } else {
      tls.close();
    }
  }
}
