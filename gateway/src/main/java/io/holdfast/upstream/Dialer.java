package io.holdfast.upstream;

import io.holdfast.model.Backend;
import io.holdfast.model.Dns;
import io.holdfast.tls.ClientTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections to backends, TLS included. Thread-safe; results come on the given event loop.
 */
public final class Dialer implements AutoCloseable {
  private final Bootstrap dialling;
  private final WriteBufferWaterMark waterMark;
  private final Resolver resolver;

  private static final ChannelHandler SILENCE = new Silence();

  /** What came of a dial. */
  public sealed interface Result {
    /** An open channel with nothing but TLS in its pipeline, which does not read by itself yet. */
    record Connected(Channel channel) implements Result {}

    /** No channel. */
    record Failed(UpstreamFailure failure) implements Result {}
  }

  /**
   * A dialer of one transport.
   *
   * @param dialling makes the channels of connections to backends
   * @param dns who is asked for names, until {@link #change}
   * @param waterMark when a connection's unsent bytes stop and restart who writes to it
   */
  public Dialer(
      Bootstrap dialling,
      Class<? extends SocketChannel> channelType,
      Class<? extends DatagramChannel> datagramType,
      Dns dns,
      WriteBufferWaterMark waterMark) {
    this(dialling, new Resolver(channelType, datagramType, dns), waterMark);
  }

  Dialer(Bootstrap dialling, Resolver resolver, WriteBufferWaterMark waterMark) {
    this.dialling = dialling;
    this.resolver = resolver;
    this.waterMark = waterMark;
  }

  /** As {@link Resolver#change}. */
  public void change(Dns changed) {
    resolver.change(changed);
  }

  /**
   * Dials {@code backend}: all its addresses in turn, within one connect timeout that the look-up
   * of its name is part of. Called on {@code loop}.
   */
  public void dial(EventLoop loop, Upstream upstream, Backend backend, Consumer<Result> result) {
    long timeout = upstream.service().timeouts().connect().toNanos();
    long deadline = System.nanoTime() + timeout;
    Future<?> bound =
        loop.schedule(
            () -> result.accept(failed(UpstreamFailure.Kind.UNRESOLVED, "no answer in time")),
            timeout,
            TimeUnit.NANOSECONDS);
    resolver.resolve(
        loop,
        backend.host(),
        backend.port(),
        (found, cause) -> {
          if (!bound.cancel(false)) {
            return;
          }
          if (found.isEmpty()) {
            String why = cause == null ? "no address" : String.valueOf(cause.getMessage());
            result.accept(failed(UpstreamFailure.Kind.UNRESOLVED, why));
          } else {
            new Dial(loop, upstream, backend, result, deadline).connect(found, 0);
          }
        });
  }

  /** Tells where {@code backend} is now, as {@link Resolver#resolve}. Called on {@code loop}. */
  void locate(
      EventLoop loop,
      Backend backend,
      BiConsumer<List<InetSocketAddress>, @Nullable Throwable> answer) {
    resolver.resolve(loop, backend.host(), backend.port(), answer);
  }

  private static Result failed(UpstreamFailure.Kind kind, String detail) {
    return new Result.Failed(new UpstreamFailure(kind, detail));
  }

  /** Engines wrap what is wrong with a certificate; only the innermost exception says it. */
  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null ? "closed in the handshake" : message;
  }

  @Override
  public void close() {
    resolver.close();
  }

  /** One dial under way. */
  private final class Dial {
    private final EventLoop loop;
    private final Upstream upstream;
    private final Backend backend;
    private final Consumer<Result> result;
    private final long deadline;

    Dial(
        EventLoop loop,
        Upstream upstream,
        Backend backend,
        Consumer<Result> result,
        long deadline) {
      this.loop = loop;
      this.upstream = upstream;
      this.backend = backend;
      this.result = result;
      this.deadline = deadline;
    }

    void connect(List<InetSocketAddress> found, int index) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        result.accept(failed(UpstreamFailure.Kind.CONNECT_TIMEOUT, "no time left"));
        return;
      }
      // One address that swallows everything must leave time for the others.
      long share = Math.max(1, left / (found.size() - index));
      bootstrap((int) Math.min(share, Integer.MAX_VALUE))
          .connect(found.get(index))
          .addListener(future -> {
            if (future.isSuccess()) {
              onConnected(((io.netty.channel.ChannelFuture) future).channel());
            } else if (index + 1 < found.size()) {
              connect(found, index + 1);
            } else {
              onRefused(future.cause());
            }
          });
    }

    private Bootstrap bootstrap(int timeoutMillis) {
      return dialling
          .clone(loop)
          .handler(SILENCE)
          .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
          .option(ChannelOption.SO_KEEPALIVE, true)
          // An end in the TLS handshake ends the dial; later the other direction may go on.
          .option(ChannelOption.ALLOW_HALF_CLOSURE, !backend.tls())
          .option(ChannelOption.AUTO_READ, false)
          .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark);
    }

    private void onRefused(@Nullable Throwable cause) {
      UpstreamFailure.Kind kind =
          cause instanceof ConnectTimeoutException
              ? UpstreamFailure.Kind.CONNECT_TIMEOUT
              : UpstreamFailure.Kind.CONNECT_REFUSED;
      result.accept(failed(kind, cause == null ? "" : String.valueOf(cause.getMessage())));
    }

    private void onConnected(Channel channel) {
      SslContext context = upstream.tls();
      if (!backend.tls() || context == null) {
        channel.pipeline().remove(SILENCE);
        result.accept(new Result.Connected(channel));
        return;
      }
      SslHandler tls =
          ClientTls.handler(context, channel.alloc(), upstream.service().tls(), backend);
      tls.setHandshakeTimeoutMillis(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      channel.pipeline().addFirst("tls", tls);
      tls.handshakeFuture()
          .addListener(future -> {
            if (future.isSuccess()) {
              channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
              channel.pipeline().remove(SILENCE);
              result.accept(new Result.Connected(channel));
            } else {
              channel.close();
              UpstreamFailure.Kind kind =
                  future.cause() instanceof SslHandshakeTimeoutException
                      ? UpstreamFailure.Kind.CONNECT_TIMEOUT
                      : UpstreamFailure.Kind.TLS;
              result.accept(failed(kind, reason(future.cause())));
            }
          });
    }
  }

  /** What goes wrong with a dial is told by its futures, and besides through the pipeline. */
  @Sharable
  private static final class Silence extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {}
  }
}
