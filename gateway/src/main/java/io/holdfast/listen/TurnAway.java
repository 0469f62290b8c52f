package io.holdfast.listen;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;

/** Says no to a connection beyond the limits, without reading what it wants. */
final class TurnAway extends ChannelInboundHandlerAdapter {
  private static final String RETRY_AFTER = "retry-after";

  private final Refusal refusal;

  /** Answers with {@code status}: 503 for all, 429 for one address. */
  TurnAway(int status) {
    refusal =
        status == 429
            ? Refusal.of(429, "too_many", "Too many connections from you.", RETRY_AFTER, "10")
            : Refusal.of(503, "full", "Too many connections at the moment.", RETRY_AFTER, "5");
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.channel().write(Answers.of(refusal, null, "", false));
    Linger.close(ctx.channel());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ReferenceCountUtil.release(msg);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ctx.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
