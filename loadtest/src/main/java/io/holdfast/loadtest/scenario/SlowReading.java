package io.holdfast.loadtest.scenario;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.util.concurrent.TimeUnit;

/** Reads a connection at a bounded rate, and lets what is sent faster wait at the other end. */
final class SlowReading extends ChannelInboundHandlerAdapter {
  /** As little as there may be, or the kernel would take in what is not read here. */
  private static final int RECEIVE_BUFFER = 4096;

  private final int bytesPerSecond;
  private int bytes;

  private SlowReading(int bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Begins, for as long as the connection lives or reads by itself again. On its event loop. */
  static void begin(Channel channel, int bytesPerSecond) {
    channel.config().setOption(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER);
    channel.config().setAutoRead(false);
    channel.pipeline().addFirst(new SlowReading(bytesPerSecond));
    channel.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    bytes += ((ByteBuf) message).readableBytes();
    ctx.fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    long pause = bytes * 1_000_000_000L / bytesPerSecond;
    bytes = 0;
    ctx.fireChannelReadComplete();
    ctx.executor().schedule(() -> ctx.read(), pause, TimeUnit.NANOSECONDS);
  }
}
