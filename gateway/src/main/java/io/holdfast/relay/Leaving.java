package io.holdfast.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A backend's channel that no relay needs any more: a Close was written to it, and it ends its
 * connection (RFC 6455 section 7.1.1), or has it ended in a while. What still comes is dropped.
 */
final class Leaving extends ChannelInboundHandlerAdapter {
  private final long patience;
  private final Runnable gone;
  private @Nullable Future<?> bound;

  /**
   * Sees a channel off.
   *
   * @param patience in nanoseconds
   * @param gone called when it is closed
   */
  Leaving(long patience, Runnable gone) {
    this.patience = patience;
    this.gone = gone;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    Channel channel = ctx.channel();
    if (!channel.isActive()) {
      gone.run();
      return;
    }
    bound = channel.eventLoop().schedule(() -> channel.close(), patience, TimeUnit.NANOSECONDS);
    channel.config().setAutoRead(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ReferenceCountUtil.release(msg);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
      ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (bound != null) {
      bound.cancel(false);
    }
    gone.run();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
