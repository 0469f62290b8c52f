package io.holdfast.app.demo;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/** {@code /echo}: frames come back as they went. */
final class EchoFrames extends DemoFrames {
  EchoFrames(Rooms rooms, String backend) {
    super(rooms, backend);
  }

  @Override
  void data(ChannelHandlerContext ctx, WebSocketFrame frame) {
    ctx.write(frame.retain(), ctx.voidPromise());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }
}
