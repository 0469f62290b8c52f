package io.holdfast.chat.raw;

import io.holdfast.chat.message.Outgoing;
import io.holdfast.chat.session.CloseCodes;
import io.holdfast.chat.session.Outbox;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.util.concurrent.TimeUnit;

/** Text frames. A client that leaves too much unread is closed with 1013. */
final class RawOutbox implements Outbox {
  /** Bytes that may wait for a slow reader. */
  private static final long MOST_WAITING = 1L << 20;

  private static final long CLOSE_SECONDS = 5;

  private final Channel channel;

  /** Used by the event loop alone. */
  private boolean closing;

  RawOutbox(Channel channel) {
    this.channel = channel;
  }

  /** A task even on the event loop itself: what other threads have sent before must be first. */
  @Override
  public void send(Outgoing message) {
    String json = message.json();
    channel
        .eventLoop()
        .execute(() -> {
          if (closing) {
            return;
          }
          channel.writeAndFlush(new TextWebSocketFrame(json), channel.voidPromise());
          if (channel.bytesBeforeWritable() > MOST_WAITING) {
            closeNow(CloseCodes.TRY_AGAIN_LATER, "reads too slowly");
          }
        });
  }

  @Override
  public void ping() {
    channel
        .eventLoop()
        .execute(() -> {
          if (!closing) {
            channel.writeAndFlush(
                new PingWebSocketFrame(Unpooled.EMPTY_BUFFER), channel.voidPromise());
          }
        });
  }

  @Override
  public void close(int code, String reason) {
    channel.eventLoop().execute(() -> closeNow(code, reason));
  }

  /** The client answers with a Close and is closed then, or when it takes too long. */
  private void closeNow(int code, String reason) {
    if (closing) {
      return;
    }
    closing = true;
    channel.writeAndFlush(new CloseWebSocketFrame(code, reason));
    channel.eventLoop().schedule(() -> channel.close(), CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * The client has begun to close, and gets its own code back (RFC 6455, section 5.5.1).
   *
   * @param frame released here
   */
  void onClose(CloseWebSocketFrame frame) {
    if (closing) {
      frame.release();
      channel.close();
      return;
    }
    closing = true;
    channel.writeAndFlush(frame).addListener(ChannelFutureListener.CLOSE);
  }
}
