package io.holdfast.it.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The end of systemd of sd_notify(3). */
public final class NotifySocket implements AutoCloseable {
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final List<String> messages = new CopyOnWriteArrayList<>();

  /** Listens at an address of unix(7); an {@code @} makes it an abstract one. */
  public NotifySocket(String address) throws InterruptedException {
    new Bootstrap()
        .group(group)
        .channel(EpollDomainDatagramChannel.class)
        .handler(
            new SimpleChannelInboundHandler<DomainDatagramPacket>() {
              @Override
              protected void channelRead0(ChannelHandlerContext ctx, DomainDatagramPacket packet) {
                messages.add(packet.content().toString(UTF_8));
              }
            })
        .bind(new DomainSocketAddress(address.replaceFirst("^@", "\0")))
        .sync();
  }

  /** What has come so far. */
  public List<String> messages() {
    return List.copyOf(messages);
  }

  @Override
  public void close() {
    group.shutdownGracefully();
  }
}
