package io.holdfast.app.demo;

import io.holdfast.app.demo.Messages.Incoming;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/** {@code /room/{name}}: what one says, all hear, whichever backend serves them. */
final class RoomFrames extends DemoFrames {
  private final Rooms rooms;
  private final Visitor visitor;

  RoomFrames(Rooms rooms, Visitor visitor) {
    super(rooms, visitor.backend());
    this.rooms = rooms;
    this.visitor = visitor;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    super.handlerAdded(ctx);
    rooms.join(visitor);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    rooms.leave(visitor);
    super.channelInactive(ctx);
  }

  @Override
  void data(ChannelHandlerContext ctx, WebSocketFrame frame) {
    if (!(frame instanceof TextWebSocketFrame text)) {
      ctx.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.INVALID_MESSAGE_TYPE))
          .addListener(ChannelFutureListener.CLOSE);
      return;
    }
    switch (Messages.read(text.text())) {
      case Incoming.Say(var from, var said) ->
          rooms.say(visitor, from == null ? visitor.guest() : from, said);
      case Incoming.Ping(var at) -> visitor.send(Messages.pong(at));
      case Incoming.Unknown _ -> {}
    }
  }
}
