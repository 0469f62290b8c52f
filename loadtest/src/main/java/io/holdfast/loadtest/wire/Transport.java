package io.holdfast.loadtest.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** How sockets are driven: Linux epoll where it loads, else NIO. */
public enum Transport {
  EPOLL(EpollSocketChannel.class, EpollServerSocketChannel.class),
  NIO(NioSocketChannel.class, NioServerSocketChannel.class);

  /** Of one group; each has a thread and some file descriptors. */
  public static final int MAX_THREADS = 1_024;

  private final Class<? extends SocketChannel> client;
  private final Class<? extends ServerChannel> server;

  Transport(Class<? extends SocketChannel> client, Class<? extends ServerChannel> server) {
    this.client = client;
    this.server = server;
  }

  /**
   * Checks a number of event loops.
   *
   * @throws IllegalArgumentException with a sentence, for one that cannot be had
   */
  public static void checkThreads(int threads) {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "threads is " + threads + ", expected 1 to " + MAX_THREADS);
    }
  }

  /** The best one that works here. */
  public static Transport best() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  /**
   * Daemon event loops whose threads are named after {@code name}.
   *
   * <p>Netty's epoll handler is used as it is, though it loses sockets whose peer has ended its
   * side once a write to them has to wait (netty/netty#16689), which the gateway works around. No
   * socket here lives that long: none allows half closure, so that the peer's end closes it. One
   * that is to outlive it needs the gateway's remedy too.
   */
  public EventLoopGroup newGroup(int threads, String name) {
    return new MultiThreadIoEventLoopGroup(
        threads,
        new DefaultThreadFactory(name, true),
        switch (this) {
          case EPOLL -> EpollIoHandler.newFactory();
          case NIO -> NioIoHandler.newFactory();
        });
  }

  public Class<? extends SocketChannel> clientChannel() {
    return client;
  }

  public Class<? extends ServerChannel> serverChannel() {
    return server;
  }

  /**
   * Leaves the choice of a bound socket's port to connect(), which can then use one port for
   * several destinations.
   */
  void bindLate(Bootstrap bootstrap) {
    if (this == EPOLL) {
      bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
    }
  }
}
