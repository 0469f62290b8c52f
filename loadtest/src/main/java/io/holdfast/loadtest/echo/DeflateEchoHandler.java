package io.holdfast.loadtest.echo;

import io.holdfast.loadtest.wire.CloseCodes;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.concurrent.TimeUnit;

/** Echoes decoded frames; each keeps its type and its fragmentation. */
final class DeflateEchoHandler extends SimpleChannelInboundHandler<WebSocketFrame> {
  private boolean closeSent;

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
    switch (frame) {
      case PingWebSocketFrame ping when !closeSent ->
          ctx.write(new PongWebSocketFrame(ping.content().retain()), ctx.voidPromise());
      case CloseWebSocketFrame close -> {
        if (closeSent) {
          ctx.close();
        } else {
          closeSent = true;
          ctx.writeAndFlush(close.retainedDuplicate()).addListener(ChannelFutureListener.CLOSE);
        }
      }
      case PongWebSocketFrame _ -> {}
      case WebSocketFrame data when !closeSent -> ctx.write(data.retain(), ctx.voidPromise());
      case WebSocketFrame _ -> {}
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    ctx.channel().config().setAutoRead(ctx.channel().isWritable());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == GoAway.INSTANCE && !closeSent) {
      closeSent = true;
      ctx.writeAndFlush(new CloseWebSocketFrame(CloseCodes.GOING_AWAY, ""));
      ctx.executor().schedule(() -> ctx.close(), 2, TimeUnit.SECONDS);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
