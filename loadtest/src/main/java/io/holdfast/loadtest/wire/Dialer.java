package io.holdfast.loadtest.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Opens client connections: TCP, TLS, then the handshake of RFC 6455 section 4.1. */
public final class Dialer {
  private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(128 << 10, 512 << 10);

  private final Transport transport;
  private final DialOptions options;

  public Dialer(Transport transport, DialOptions options) {
    this.transport = transport;
    this.options = options;
  }

  /**
   * Starts one connection.
   *
   * @param source the local address to connect from, or null for the system's choice
   * @param listener hears the outcome on {@code loop}
   */
  public void dial(EventLoop loop, @Nullable InetAddress source, DialListener listener) {
    attempt(loop, source, listener, 0);
  }

  private void attempt(
      EventLoop loop, @Nullable InetAddress source, DialListener listener, int index) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(transport.clientChannel())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis())
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    build(channel, listener);
                  }
                });
    InetSocketAddress target = options.addresses().get(index);
    ChannelFuture connecting;
    if (source == null) {
      connecting = bootstrap.connect(target);
    } else {
      transport.bindLate(bootstrap);
      connecting = bootstrap.connect(target, new InetSocketAddress(source, 0));
    }
    connecting.addListener(done -> {
      if (done.isSuccess()) {
        return;
      }
      if (index + 1 < options.addresses().size()) {
        attempt(loop, source, listener, index + 1);
      } else {
        listener.failed(DialFailure.of(done.cause(), options.url()));
      }
    });
  }

  /** At least 1, for 0 is no bound at all. */
  private int connectMillis() {
    return Math.clamp(options.timeout().toMillis(), 1, Integer.MAX_VALUE);
  }

  private void build(Channel channel, DialListener listener) {
    WebSocketUrl url = options.url();
    SslContext tls = options.tls();
    if (url.secure() && tls != null) {
      SslHandler handler = tls.newHandler(channel.alloc(), url.host(), url.port());
      handler.setHandshakeTimeoutMillis(options.timeout().toMillis());
      channel.pipeline().addLast(handler);
    }
    channel
        .pipeline()
        .addLast(new HttpClientCodec())
        .addLast(new ClientHandshake(options, listener));
  }
}
