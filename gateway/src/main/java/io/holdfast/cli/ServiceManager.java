package io.holdfast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd of this process (sd_notify(3)): a unit with {@code Type=notify} learns when the
 * gateway serves, and after an upgrade which process is the gateway.
 */
final class ServiceManager {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);
  private static final String SOCKET = "NOTIFY_SOCKET";
  private static final long PATIENCE_SECONDS = 5;

  private ServiceManager() {}

  /** Says that this process serves, if a service manager wants to know. */
  static void ready() {
    String socket = System.getenv(SOCKET);
    if (socket == null || socket.isEmpty()) {
      return;
    }
    String failure;
    try {
      failure =
          send(socket, "READY=1\nMAINPID=" + ProcessHandle.current().pid() + "\nSTATUS=serving\n");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    if (failure == null) {
      LOG.debug("told the service manager at {}", socket);
    } else {
      LOG.warn("cannot tell the service manager at {}: {}", socket, failure);
    }
  }

  /** Sends a datagram, and returns why that failed, or null. */
  private static @Nullable String send(String socket, String text) throws InterruptedException {
    if (!Epoll.isAvailable()) {
      return String.valueOf(Epoll.unavailabilityCause().getMessage());
    }
    // An @ stands for the zero byte of an abstract address (unix(7)).
    String path = socket.startsWith("@") ? "\0" + socket.substring(1) : socket;
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    try {
      ChannelFuture connected =
          new Bootstrap()
              .group(group)
              .channel(EpollDomainDatagramChannel.class)
              .handler(new ChannelInboundHandlerAdapter())
              .connect(new DomainSocketAddress(path));
      if (failure(connected) != null) {
        return failure(connected);
      }
      return failure(connected.channel().writeAndFlush(Unpooled.copiedBuffer(text, UTF_8)));
    } finally {
      group
          .shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS)
          .await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static @Nullable String failure(ChannelFuture future) throws InterruptedException {
    if (!future.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      return "it takes nothing";
    }
    return future.isSuccess() ? null : String.valueOf(future.cause());
  }
}
