package io.holdfast.app.demo;

import io.holdfast.loadtest.wire.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The demo's backends, each on a free port of the loopback address. Any thread but their own. */
final class DemoBackends implements AutoCloseable {
  /** What they are called. */
  static final List<String> NAMES = List.of("ash", "birch", "cedar");

  private static final int MAX_BODY = 64 << 10;
  private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(64 << 10, 512 << 10);

  private final EventLoopGroup loop;
  private final Map<String, Channel> listeners = new LinkedHashMap<>();

  private DemoBackends(EventLoopGroup loop) {
    this.loop = loop;
  }

  /**
   * Starts them all.
   *
   * @throws IOException when no port can be bound
   */
  static DemoBackends start() throws IOException {
    Transport transport = Transport.best();
    DemoBackends backends = new DemoBackends(transport.newGroup(1, "demo"));
    Rooms rooms = new Rooms(backends.loop.next(), NAMES);
    for (String name : NAMES) {
      ChannelFuture bound =
          new ServerBootstrap()
              .group(backends.loop)
              .channel(transport.serverChannel())
              .childOption(ChannelOption.TCP_NODELAY, true)
              .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
              .childHandler(pipeline(rooms, name))
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .awaitUninterruptibly();
      if (!bound.isSuccess()) {
        backends.close();
        throw new IOException("cannot start the backend " + name, bound.cause());
      }
      backends.listeners.put(name, bound.channel());
    }
    return backends;
  }

  private static ChannelInitializer<Channel> pipeline(Rooms rooms, String name) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel
            .pipeline()
            .addLast(new HttpServerCodec())
            .addLast(new HttpObjectAggregator(MAX_BODY))
            .addLast(new DemoHttp(rooms, name));
      }
    };
  }

  /** The port of each, by name, in order. */
  Map<String, Integer> ports() {
    Map<String, Integer> ports = new LinkedHashMap<>();
    listeners.forEach(
        (name, channel) -> ports.put(name, ((InetSocketAddress) channel.localAddress()).getPort()));
    return Collections.unmodifiableMap(ports);
  }

  /** Stops at once. */
  @Override
  public void close() {
    loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
