package io.holdfast.loadtest.echo;

import io.holdfast.loadtest.wire.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A running WebSocket echo server. Every answer, 101 or 200, carries {@code X-Backend: host:port}
 * with the address that served it. All methods may be called from any thread but the server's own.
 */
public final class EchoServer implements AutoCloseable {
  private static final long GRACE_MILLIS = 2_000;
  private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(64 << 10, 256 << 10);

  private final EventLoopGroup loops;
  private final ChannelGroup accepted = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final ChannelGroup webSockets = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final List<Channel> listeners = new ArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private EchoServer(EventLoopGroup loops) {
    this.loops = loops;
  }

  /**
   * Binds all addresses and serves.
   *
   * @throws IOException when one cannot be bound, naming it; none is then left bound
   */
  public static EchoServer start(EchoOptions options) throws IOException {
    Transport transport = Transport.best();
    EchoServer server = new EchoServer(transport.newGroup(options.threads(), "echo"));
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(server.loops)
            .channel(transport.serverChannel())
            .option(ChannelOption.SO_BACKLOG, 4096)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
            .childHandler(server.pipeline(options));
    for (InetSocketAddress address : options.listen()) {
      ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
      if (!bound.isSuccess()) {
        server.kill();
        throw new IOException(
            "cannot listen on "
                + address.getHostString()
                + ":"
                + address.getPort()
                + ": "
                + why(bound.cause()),
            bound.cause());
      }
      server.listeners.add(bound.channel());
    }
    return server;
  }

  private static String why(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    if (message.contains("in use")) {
      return "the address is in use by another process";
    }
    if (message.contains("assign requested address")) {
      return "this machine has no such address";
    }
    if (message.contains("ermission denied")) {
      return "permission denied (ports below 1024 need root or CAP_NET_BIND_SERVICE)";
    }
    return message;
  }

  private ChannelInitializer<Channel> pipeline(EchoOptions options) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        accepted.add(channel);
        if (options.tls() != null) {
          channel.pipeline().addLast(options.tls().newHandler(channel.alloc()));
        }
        channel
            .pipeline()
            .addLast(new HttpServerCodec())
            .addLast(new EchoHttpHandler(options.compression(), webSockets));
      }
    };
  }

  /** The bound addresses, in the order of the options. */
  public List<InetSocketAddress> addresses() {
    return listeners.stream().map(channel -> (InetSocketAddress) channel.localAddress()).toList();
  }

  /** The first bound port. */
  public int port() {
    return addresses().getFirst().getPort();
  }

  /** How many WebSocket connections are open. */
  public int connections() {
    return webSockets.size();
  }

  /**
   * Stops listening, closes every WebSocket with 1001 and waits up to two seconds for the answers.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      listeners.forEach(channel -> channel.close().awaitUninterruptibly());
      webSockets.forEach(channel -> channel.pipeline().fireUserEventTriggered(GoAway.INSTANCE));
      webSockets.newCloseFuture().awaitUninterruptibly(GRACE_MILLIS);
      stop();
    }
  }

  /** Stops as if the machine had died: no Close frames, every connection reset. */
  public void kill() {
    if (closed.compareAndSet(false, true)) {
      listeners.forEach(channel -> channel.close().awaitUninterruptibly());
      accepted.forEach(channel -> channel.config().setOption(ChannelOption.SO_LINGER, 0));
      stop();
    }
  }

  private void stop() {
    accepted.close().awaitUninterruptibly();
    loops.shutdownGracefully(0, GRACE_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }
}
