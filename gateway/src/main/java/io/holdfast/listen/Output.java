package io.holdfast.listen;

import io.holdfast.tls.Reset;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.TimeUnit;

/** Waits until a client has taken what was written to it, as long as it goes on reading. */
final class Output {
  /** A client that takes nothing for this long is gone. */
  private static final long PATIENCE_SECONDS = 10;

  private Output() {}

  /** Calls {@code then} when all that was written is out; resets the channel when nothing moves. */
  static void whenOut(Channel channel, Runnable then) {
    ChannelFuture out = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
    out.addListener(written -> {
      if (written.isSuccess()) {
        then.run();
      }
    });
    if (!out.isDone()) {
      watch(channel, out, mark(channel));
    }
  }

  private static void watch(Channel channel, ChannelFuture out, long seen) {
    channel
        .eventLoop()
        .schedule(
            () -> {
              long now = mark(channel);
              if (out.isDone()) {
                return;
              }
              if (now == seen) {
                Reset.of(channel);
              } else {
                watch(channel, out, now);
              }
            },
            PATIENCE_SECONDS,
            TimeUnit.SECONDS);
  }

  /** Changes with every byte that leaves. */
  private static long mark(Channel channel) {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    if (buffer == null) {
      return 0;
    }
    long first = buffer.current() instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
    return buffer.totalPendingWriteBytes() << 24 ^ first;
  }
}
