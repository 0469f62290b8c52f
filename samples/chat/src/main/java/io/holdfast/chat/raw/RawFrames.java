package io.holdfast.chat.raw;

import io.holdfast.chat.session.Access;
import io.holdfast.chat.session.CloseCodes;
import io.holdfast.chat.session.Handover;
import io.holdfast.chat.session.Node;
import io.holdfast.chat.session.Session;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.timeout.IdleStateEvent;
import org.jspecify.annotations.Nullable;

/** One client's frames, from its handshake to its end. */
final class RawFrames extends SimpleChannelInboundHandler<WebSocketFrame> {
  private final Node node;
  private final String id;
  private final Access access;
  private final @Nullable Handover handover;
  private @Nullable Session session;
  private @Nullable RawOutbox outbox;

  RawFrames(Node node, String id, Access access, @Nullable Handover handover) {
    this.node = node;
    this.id = id;
    this.access = access;
    this.handover = handover;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    outbox = new RawOutbox(ctx.channel());
    session = node.begin(id, access, outbox, handover);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
    if (session == null || outbox == null) {
      throw new IllegalStateException("frames before the handshake");
    }
    switch (frame) {
      case TextWebSocketFrame text -> session.onText(text.text());
      case BinaryWebSocketFrame _ ->
          outbox.close(
              WebSocketCloseStatus.INVALID_MESSAGE_TYPE.code(), "only text is spoken here");
      case PingWebSocketFrame ping ->
          ctx.writeAndFlush(new PongWebSocketFrame(ping.content().retain()), ctx.voidPromise());
      case CloseWebSocketFrame close -> {
        // Nothing more is sent from here on; what was sent before goes first.
        session.onClosed();
        RawOutbox out = outbox;
        close.retain();
        ctx.executor().execute(() -> out.onClose(close));
      }
      case PongWebSocketFrame _, ContinuationWebSocketFrame _ -> {
        // Any byte is a sign of life; the aggregator has put messages together.
      }
      default -> throw new IllegalStateException("a frame of no known kind");
    }
  }

  /** Nothing was read for the Ping's timeout. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent) {
      ctx.close();
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (session != null) {
      session.onClosed();
    }
    ctx.fireChannelInactive();
  }

  /** Whoever does not read what it asks for is not read from. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (outbox != null && cause instanceof CorruptedWebSocketFrameException corrupted) {
      outbox.close(corrupted.closeStatus().code(), corrupted.closeStatus().reasonText());
    } else if (outbox != null && cause instanceof TooLongFrameException) {
      outbox.close(CloseCodes.TOO_BIG, "at most " + node.care().maxMessageBytes() + " bytes");
    } else {
      ctx.close();
    }
  }
}
