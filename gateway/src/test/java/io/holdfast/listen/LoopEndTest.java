package io.holdfast.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.model.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Event loops end, whatever the kernel was asked for. */
final class LoopEndTest {
  private static final long PATIENCE_SECONDS = 10;

  private final AtomicInteger read = new AtomicInteger();

  @ParameterizedTest
  @EnumSource(
      value = Transport.class,
      names = {"AUTO", "EPOLL", "NIO"})
  void aSocketThatWasPausedOnceIsWaitedForNoLonger(Transport transport) throws Exception {
    Transports transports = Transports.choose(transport);
    EventLoopGroup loops = transports.newGroup(1);
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Channel channel =
          transports
              .dialling()
              .group(loops)
              .handler(new Reader())
              .connect(listener.getLocalSocketAddress())
              .sync()
              .channel();
      try (Socket peer = listener.accept()) {
        peer.getOutputStream().write(1);
        awaitRead(1);
        reading(channel, false);
        // By the time that these are out, the loop has heard that it reads no more.
        write(channel);
        write(channel);
        peer.getOutputStream().write(1);
        write(channel);
        write(channel);
        assertThat(read).as("bytes read before and in the pause").hasValue(1);
        reading(channel, true);
        awaitRead(2);

        assertThat(
                loops
                    .shutdownGracefully(1, 1000, TimeUnit.MILLISECONDS)
                    .await(PATIENCE_SECONDS, TimeUnit.SECONDS))
            .as("the loop has ended")
            .isTrue();
      }
    }
  }

  private void awaitRead(int bytes) {
    await().atMost(PATIENCE_SECONDS, TimeUnit.SECONDS).until(() -> read.get() == bytes);
  }

  private static void reading(Channel channel, boolean on) throws InterruptedException {
    channel.eventLoop().submit(() -> channel.config().setAutoRead(on)).sync();
  }

  private static void write(Channel channel) throws InterruptedException {
    ByteBuf one = channel.alloc().buffer(1).writeByte(1);
    channel.writeAndFlush(one).sync();
  }

  private final class Reader extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf bytes = (ByteBuf) msg;
      read.addAndGet(bytes.readableBytes());
      bytes.release();
    }
  }
}
