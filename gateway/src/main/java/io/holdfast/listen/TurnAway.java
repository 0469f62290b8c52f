package io.holdfast.listen;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.ThreadLocalRandom;

/** Says no to a connection beyond the limits, without reading what it wants. */
final class TurnAway extends ChannelInboundHandlerAdapter {
  private static final String RETRY_AFTER = "retry-after";

  /** Seconds. */
  private static final int LATEST = 10;

  private final Refusal refusal;

  /** Answers with {@code status}: 503 for all, 429 for one address. */
  TurnAway(int status) {
    // Those that are turned away together must not come back together.
    String later = Integer.toString(ThreadLocalRandom.current().nextInt(1, LATEST + 1));
    refusal =
        status == 429
            ? Refusal.of(429, "too_many", "Too many connections from you.", RETRY_AFTER, later)
            : Refusal.of(503, "full", "Too many connections at the moment.", RETRY_AFTER, later);
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
