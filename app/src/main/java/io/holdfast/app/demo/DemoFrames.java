package io.holdfast.app.demo;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/** Answers control frames, and counts the connection while it lives. */
abstract sealed class DemoFrames extends SimpleChannelInboundHandler<WebSocketFrame>
    permits EchoFrames, RoomFrames {
  private final Rooms rooms;
  private final String backend;

  DemoFrames(Rooms rooms, String backend) {
    this.rooms = rooms;
    this.backend = backend;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    rooms.opened(backend);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    rooms.closed(backend);
    ctx.fireChannelInactive();
  }

  /** A frame of a message. */
  abstract void data(ChannelHandlerContext ctx, WebSocketFrame frame);

  @Override
  protected final void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
    switch (frame) {
      case PingWebSocketFrame ping ->
          ctx.writeAndFlush(new PongWebSocketFrame(ping.content().retain()), ctx.voidPromise());
      case PongWebSocketFrame _ -> {}
      case CloseWebSocketFrame close ->
          // RFC 6455 section 5.5.1: answered with its own code, and then the server closes TCP.
          ctx.writeAndFlush(close.retain()).addListener(ChannelFutureListener.CLOSE);
      default -> data(ctx, frame);
    }
  }

  @Override
  public final void channelWritabilityChanged(ChannelHandlerContext ctx) {
    ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof TooLongFrameException) {
      ctx.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.MESSAGE_TOO_BIG))
          .addListener(ChannelFutureListener.CLOSE);
    } else {
      ctx.close();
    }
  }
}
