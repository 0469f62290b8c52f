package io.holdfast.chat;

import io.holdfast.chat.http.HttpFront;
import io.holdfast.chat.http.MetricsAccess;
import io.holdfast.chat.observe.PrometheusMeters;
import io.holdfast.chat.raw.RawHandshake;
import io.holdfast.chat.room.RoomStore;
import io.holdfast.chat.session.Limits;
import io.holdfast.chat.session.Node;
import io.holdfast.chat.socketio.SocketIo;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A chat server that runs: one node. Any thread but its event loops may call. */
public final class ChatServer implements AutoCloseable {
  private static final int MAX_BODY = 64 << 10;
  private static final int BACKLOG = 4096;
  private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(64 << 10, 256 << 10);

  private final Settings settings;
  private final PrometheusMeters meters = new PrometheusMeters();
  private final Node node;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          0, new DefaultThreadFactory("chat", true), NioIoHandler.newFactory());
  private final SocketIo socketIo;
  private final Channel listener;

  private ChatServer(Settings settings, RoomStore store, @Nullable Limits limits)
      throws IOException {
    this.settings = settings;
    this.node =
        new Node(settings.name(), store, settings.care(), limits, meters, InstantSource.system());
    this.socketIo =
        new SocketIo(
            node,
            settings.tokens(),
            settings.care().ping(),
            settings.pingTimeout(),
            settings.corsOrigin());
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
            .childHandler(pipeline())
            .bind(settings.host(), settings.port())
            .awaitUninterruptibly();
    this.listener = bound.channel();
    if (!bound.isSuccess()) {
      close();
      throw new IOException(
          "cannot listen on %s:%d: %s"
              .formatted(settings.host(), settings.port(), bound.cause().getMessage()),
          bound.cause());
    }
  }

  /**
   * Starts a node.
   *
   * @param store shared with other nodes of this process, or of many
   * @throws IOException when its address cannot be bound
   */
  public static ChatServer start(Settings settings, RoomStore store) throws IOException {
    return start(settings, store, null);
  }

  static ChatServer start(Settings settings, RoomStore store, @Nullable Limits limits)
      throws IOException {
    return new ChatServer(settings, store, limits);
  }

  private ChannelInitializer<Channel> pipeline() {
    RawHandshake raw = new RawHandshake(node, settings.pingTimeout());
    MetricsAccess access = new MetricsAccess(settings.metricsToken());
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel
            .pipeline()
            .addLast(new HttpServerCodec())
            .addLast(new HttpObjectAggregator(MAX_BODY))
            .addLast(new HttpFront(node, raw, socketIo, settings.tokens(), meters, access));
      }
    };
  }

  /** What it is called. */
  public String name() {
    return node.name();
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /**
   * Takes nobody in any more, sees everybody off at a pace, and stops: half of {@link
   * Settings#drain} for goodbyes, and at most as much again for clients to go.
   */
  public void stop() throws InterruptedException {
    node.drain(settings.drain().dividedBy(2));
    long end = System.nanoTime() + settings.drain().dividedBy(2).toNanos();
    while (node.connections() > 0 && System.nanoTime() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    close();
  }

  /** Stops at once. */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    node.close();
    socketIo.close();
    loops.shutdownGracefully(1, 2000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }
}
