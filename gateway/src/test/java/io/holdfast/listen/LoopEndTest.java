package io.holdfast.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Event loops end, whatever the kernel was asked for. */
final class LoopEndTest {
  private static final long PATIENCE_SECONDS = 10;

  private final CountDownLatch read = new CountDownLatch(1);

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
        channel.config().setAutoRead(false);
        // By the time that these are out, the loop has heard that it reads no more.
        write(channel);
        write(channel);
        channel.config().setAutoRead(true);
        peer.getOutputStream().write(1);
        assertThat(read.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

        assertThat(
                loops
                    .shutdownGracefully(1, 1000, TimeUnit.MILLISECONDS)
                    .await(PATIENCE_SECONDS, TimeUnit.SECONDS))
            .as("the loop has ended")
            .isTrue();
      }
    }
  }

  private static void write(Channel channel) throws InterruptedException {
    ByteBuf one = channel.alloc().buffer(1).writeByte(1);
    channel.writeAndFlush(one).sync();
  }

  private final class Reader extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ReferenceCountUtil.release(msg);
      read.countDown();
    }
  }
}
