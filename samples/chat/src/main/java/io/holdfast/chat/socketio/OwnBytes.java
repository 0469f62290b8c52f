package io.holdfast.chat.socketio;

import com.corundumstudio.socketio.messages.PacketsMessage;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Gives the library packets that the garbage collector frees: it copies each of several that come
 * together in a buffer of the same kind, and never releases it, so that a pool would run dry.
 */
@Sharable
final class OwnBytes extends ChannelInboundHandlerAdapter {
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    // Who sent the message on releases its content.
    ctx.fireChannelRead(
        msg instanceof PacketsMessage packets
            ? new PacketsMessage(
                packets.getClient(),
                Unpooled.copiedBuffer(packets.getContent()),
                packets.getTransport())
            : msg);
  }
}
