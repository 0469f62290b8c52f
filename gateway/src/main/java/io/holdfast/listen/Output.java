package io.holdfast.listen;

import io.holdfast.tls.Reset;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Waits until a client has taken what was written to it, as long as it goes on reading. */
final class Output {
  /** A client that takes nothing for this long is gone. */
  private static final long PATIENCE_SECONDS = 10;

  private final Channel channel;
  private Future<?> timer;
  private long seen;

  private Output(Channel channel) {
    this.channel = channel;
    timer = watch();
  }

  /** Calls {@code then} when all that was written is out; resets the channel when nothing moves. */
  static void whenOut(Channel channel, Runnable then) {
    ChannelFuture out = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
    Output output = out.isDone() ? null : new Output(channel);
    out.addListener(written -> {
      if (output != null) {
        output.timer.cancel(false);
      }
      if (written.isSuccess()) {
        then.run();
      }
    });
  }

  private Future<?> watch() {
    seen = mark(channel);
    return channel.eventLoop().schedule(this::onTime, PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private void onTime() {
    if (mark(channel) == seen) {
      Reset.of(channel);
    } else {
      timer = watch();
    }
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
