package io.holdfast.relay;

import io.holdfast.model.MessageLimits;
import io.holdfast.observe.Meters;
import io.holdfast.websocket.FrameRules;
import io.holdfast.websocket.FrameRules.Extensions;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A client's message through a relay over loopback sockets and epoll, from its write to its end at
 * the backend: ours, and a relay that only passes buffers on, for Netty's and the kernel's share.
 * With {@code -prof gc} the two differ by what our own code allocates; client and backend are
 * played by plain sockets, which allocate nothing.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RelayBenchmark {
  /** Who relays. */
  public enum By {
    HOLDFAST,
    BARE
  }

  @Param public By by = By.HOLDFAST;

  /** Payload bytes of a message. */
  @Param({"64", "16384"})
  public int size;

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private Socket client = new Socket();
  private Socket backend = new Socket();
  private byte[] message = new byte[0];
  private byte[] received = new byte[0];

  /** Passes on what it reads. */
  private static final class PassOn extends ChannelInboundHandlerAdapter {
    private final Channel to;

    PassOn(Channel to) {
      this.to = to;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      to.write(msg, to.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      to.flush();
    }
  }

  /** Ties two socket pairs together. */
  @Setup
  public void connect() throws Exception {
    message = frame(size);
    received = new byte[message.length];
    CompletableFuture<Channel> accepted = new CompletableFuture<>();
    Channel listener =
        new ServerBootstrap()
            .group(group)
            .channel(EpollServerSocketChannel.class)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accepted.complete(channel);
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Channel toBackend =
          new Bootstrap()
              .group(group)
              .channel(EpollSocketChannel.class)
              .option(ChannelOption.TCP_NODELAY, true)
              .option(ChannelOption.AUTO_READ, false)
              .handler(new ChannelInboundHandlerAdapter())
              .connect(server.getLocalSocketAddress())
              .sync()
              .channel();
      backend = server.accept();
      client = new Socket();
      client.connect((InetSocketAddress) listener.localAddress());
      client.setTcpNoDelay(true);
      Channel toClient = accepted.get();
      toClient.eventLoop().submit(() -> tie(toClient, toBackend)).sync();
    }
    listener.close().sync();
  }

  private void tie(Channel toClient, Channel toBackend) {
    if (by == By.BARE) {
      toClient.pipeline().addLast(new PassOn(toBackend));
      toBackend.pipeline().addLast(new PassOn(toClient));
      toClient.config().setAutoRead(true);
      toBackend.config().setAutoRead(true);
      return;
    }
    Meters meters = new Meters();
    Relay relay =
        new Relay(
            new RelayLoop(toClient.eventLoop()),
            policy(),
            "chat",
            meters,
            meters.newTraffic("chat"),
            Extensions.NONE,
            toClient,
            toBackend,
            (ended, how) -> {});
    toClient.pipeline().addLast(relay.clientHandler());
    toBackend.pipeline().addLast(relay.backendHandler());
    relay.start();
  }

  /** As the defaults of the configuration are, with a limit on messages. */
  private static RelayPolicy policy() {
    long second = TimeUnit.SECONDS.toNanos(1);
    MessageLimits limits = new MessageLimits(1 << 20, 1 << 20);
    return new RelayPolicy(
        25 * second,
        60 * second,
        0,
        30 * second,
        5 * second,
        0,
        0,
        1012,
        Map.of(
            Extensions.NONE,
            new FrameRules(true, true, Extensions.NONE, limits.maxFrame(), limits.maxMessage())),
        Map.of(Extensions.NONE, new FrameRules(false, true, Extensions.NONE, 0, 0)),
        null);
  }

  private static byte[] frame(int size) {
    ByteBuf frame = Unpooled.buffer().writeByte(0x82);
    if (size < 126) {
      frame.writeByte(0x80 | size);
    } else {
      frame.writeByte(0x80 | 126).writeShort(size);
    }
    frame.writeInt(0x01020304).writeZero(size);
    byte[] bytes = new byte[frame.readableBytes()];
    frame.readBytes(bytes);
    return bytes;
  }

  /** Sends a message and waits until the backend has all of it. */
  @Benchmark
  public int relay() throws IOException {
    client.getOutputStream().write(message);
    InputStream in = backend.getInputStream();
    int read = in.readNBytes(received, 0, received.length);
    if (read != message.length) {
      throw new IOException("the relay has ended");
    }
    return read;
  }

  /** Ends all. */
  @TearDown
  public void close() throws Exception {
    client.close();
    backend.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }
}
