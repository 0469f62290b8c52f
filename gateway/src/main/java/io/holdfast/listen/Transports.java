package io.holdfast.listen;

import io.holdfast.model.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.function.IntFunction;

/**
 * The classes that move bytes on this machine, all of one kind.
 *
 * @param name for the log, with the reason when a better one does not work
 * @param handlers what drives so many event loops
 */
public record Transports(
    String name,
    IntFunction<IoHandlerFactory> handlers,
    Class<? extends ServerSocketChannel> server,
    Class<? extends SocketChannel> socket,
    Class<? extends DatagramChannel> datagram) {
  /**
   * The transport to use.
   *
   * @throws IllegalArgumentException when the one that is asked for does not work here, with the
   *     reason
   */
  public static Transports choose(Transport wanted) {
    return switch (wanted) {
      case NIO -> nio();
      case AUTO -> best();
      case IO_URING -> {
        String missing = IoUringTransport.missing();
        if (missing != null) {
          throw new IllegalArgumentException(
              "transport: io_uring does not work here (" + missing + "); use auto, epoll or nio");
        }
        yield ioUring();
      }
      case EPOLL -> {
        if (!Epoll.isAvailable()) {
          throw new IllegalArgumentException(
              "transport: epoll does not work here ("
                  + Epoll.unavailabilityCause().getMessage()
                  + "); use auto or nio");
        }
        yield epoll();
      }
    };
  }

  private static Transports best() {
    String missing = IoUringTransport.missing();
    if (missing == null) {
      return ioUring();
    }
    Transports next = Epoll.isAvailable() ? epoll() : nio();
    return new Transports(
        next.name() + " (io_uring does not work here: " + missing + ")",
        next.handlers(),
        next.server(),
        next.socket(),
        next.datagram());
  }

  private static Transports ioUring() {
    return new Transports(
        "io_uring",
        IoUringTransport::handlers,
        IoUringServerSocketChannel.class,
        IoUringSocketChannel.class,
        IoUringDatagramChannel.class);
  }

  private static Transports epoll() {
    return new Transports(
        "epoll",
        _ -> EpollInterest.newFactory(),
        EpollServerSocketChannel.class,
        EpollSocketChannel.class,
        EpollDatagramChannel.class);
  }

  private static Transports nio() {
    return new Transports(
        "nio",
        _ -> NioIoHandler.newFactory(),
        NioServerSocketChannel.class,
        NioSocketChannel.class,
        NioDatagramChannel.class);
  }

  /** Event loops, one thread each. */
  public EventLoopGroup newGroup(int threads) {
    return new Loops(threads, handlers.apply(threads));
  }

  /** What every connection to a backend begins with. */
  public Bootstrap dialling() {
    Bootstrap dialling = new Bootstrap().channel(socket);
    if (socket == IoUringSocketChannel.class) {
      dialling
          .option(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, IoUringTransport.RING)
          .option(ChannelOption.RECVBUF_ALLOCATOR, IoUringTransport.RECEIVE);
    }
    return dialling;
  }

  /** What every listener begins with. */
  ServerBootstrap listening() {
    ServerBootstrap listening = new ServerBootstrap().channel(server);
    if (socket == IoUringSocketChannel.class) {
      listening
          .childOption(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, IoUringTransport.RING)
          .childOption(ChannelOption.RECVBUF_ALLOCATOR, IoUringTransport.RECEIVE);
    }
    return listening;
  }
}
