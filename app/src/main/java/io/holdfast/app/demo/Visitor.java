package io.holdfast.app.demo;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;

/**
 * One connection to a room.
 *
 * @param backend name of the backend that serves it
 * @param guest what it is called until it says otherwise
 */
record Visitor(Channel channel, String backend, String room, String guest) {
  private static final int TRY_AGAIN_LATER = 1013;

  /** Sends {@code message}; who reads too slowly is asked to come back rather than buffered for. */
  void send(String message) {
    if (!channel.isActive()) {
      return;
    }
    if (channel.isWritable()) {
      channel.writeAndFlush(new TextWebSocketFrame(message), channel.voidPromise());
    } else {
      channel
          .writeAndFlush(new CloseWebSocketFrame(TRY_AGAIN_LATER, "too slow"))
          .addListener(ChannelFutureListener.CLOSE);
    }
  }
}
