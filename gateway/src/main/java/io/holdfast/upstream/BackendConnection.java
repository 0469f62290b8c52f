package io.holdfast.upstream;

import io.holdfast.observe.Unexpected;
import io.holdfast.upstream.UpstreamFailure.Kind;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a backend that speaks HTTP/1.1, for one request after another, or for the
 * handshake after which it is {@link #detach detached} and speaks WebSocket.
 */
public final class BackendConnection extends ChannelInboundHandlerAdapter {
  private static final String ENCODER = "encoder";
  private static final String DECODER = "decoder";
  private static final String CONNECTION = "connection";

  private final Channel channel;
  private final Upstream upstream;
  private final String address;
  private final ResponseDecoder decoder = new ResponseDecoder(this::close);
  private @Nullable BackendListener listener;
  private @Nullable Runnable onIdleGone;
  private boolean gone;
  private boolean used;

  /** Speaks HTTP over a channel that a {@link Dialer} connected. */
  public BackendConnection(Channel channel, Upstream upstream, String address) {
    this.channel = channel;
    this.upstream = upstream;
    this.address = address;
    channel
        .pipeline()
        .addLast(ENCODER, new HttpRequestEncoder())
        .addLast(DECODER, decoder)
        .addLast(CONNECTION, this);
    gone = !channel.isActive();
    channel.config().setAutoRead(true);
  }

  /** Where it leads. */
  public Channel channel() {
    return channel;
  }

  Upstream upstream() {
    return upstream;
  }

  /** The backend's address. */
  String address() {
    return address;
  }

  /** Whether it leads to one of these. */
  boolean leadsTo(Collection<InetSocketAddress> addresses) {
    SocketAddress remote = channel.remoteAddress();
    return remote instanceof InetSocketAddress known && addresses.contains(known);
  }

  /** Whether it has carried a request before, so that its end may be no sign of trouble. */
  public boolean used() {
    return used;
  }

  /** Whether requests can still be sent. */
  public boolean isUsable() {
    return !gone && channel.isActive();
  }

  /** Sends a head at once; its answer goes to {@code answers}. */
  public void send(HttpRequest head, BackendListener answers) {
    listener = answers;
    onIdleGone = null;
    decoder.expectAnswerTo(head.method());
    if (gone) {
      answers.onGone(new UpstreamFailure(Kind.CLOSED_UNSENT, "closed before the request"));
      return;
    }
    channel.writeAndFlush(head, channel.voidPromise());
  }

  /** Sends a part of a request's body, without a flush. */
  public void write(HttpObject part) {
    if (gone) {
      ReferenceCountUtil.release(part);
    } else {
      channel.write(part, channel.voidPromise());
    }
  }

  /** Another one hears the rest of the answer. */
  public void handOver(BackendListener answers) {
    listener = answers;
  }

  /** Nobody listens any more; what comes now ends the connection, and calls {@code onGone}. */
  void idle(Runnable onGone) {
    listener = null;
    used = true;
    onIdleGone = onGone;
    decoder.expectNothing();
    reading(true);
  }

  /** Ends it; nobody hears of it, nor of what the backend still sends. */
  public void close() {
    listener = null;
    gone = true;
    // Over TLS it closes only behind its close_notify: a flood must not be read until then.
    decoder.skipAll();
    channel.config().setAutoRead(false);
    channel.close();
  }

  /** Reads or does not read what the backend sends. */
  public void reading(boolean on) {
    if (!gone) {
      channel.config().setAutoRead(on);
    }
  }

  /**
   * Speaks HTTP no more after a 101: {@code last} comes last, and gets nothing before {@link
   * #replay}. Must be called from {@link BackendListener#onBody} with the last part.
   */
  public void detach(ChannelHandler last) {
    listener = null;
    channel.pipeline().remove(ENCODER);
    channel.pipeline().remove(this);
    channel.pipeline().addLast(last);
  }

  /** Gives the last handler what came behind the head, and all from here on. */
  public void replay() {
    channel.pipeline().remove(decoder);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    BackendListener hears = listener;
    if (hears == null) {
      // A pooled connection has nothing to say.
      ReferenceCountUtil.release(msg);
      if (!gone) {
        close();
      }
      return;
    }
    if (msg instanceof HttpObject part && part.decoderResult().isFailure()) {
      ReferenceCountUtil.release(msg);
      end(Kind.BAD_ANSWER, String.valueOf(part.decoderResult().cause().getMessage()));
      close();
      return;
    }
    if (msg instanceof HttpResponse head && !ResponseDecoder.isFramed(head)) {
      ReferenceCountUtil.release(msg);
      end(Kind.BAD_ANSWER, "a transfer coding that is not known here");
      close();
      return;
    }
    if (msg instanceof HttpResponse head) {
      hears.onHead(head);
    } else if (msg instanceof HttpContent part) {
      hears.onBody(part);
    } else {
      ReferenceCountUtil.release(msg);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (listener != null) {
      listener.onReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (listener != null) {
      listener.onWritability(channel.isWritable());
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownReadComplete
        || event instanceof SslCloseCompletionEvent) {
      // HTTP has no use for a half-closed backend; the decoder sees the end of the input. Closing
      // takes its time, in which nobody may take it out of a pool.
      gone = true;
      channel.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end(Kind.CLOSED_EARLY, "connection closed");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Unexpected.report(cause);
    end(Kind.CLOSED_EARLY, String.valueOf(cause.getMessage()));
    close();
  }

  private void end(Kind kind, String detail) {
    gone = true;
    BackendListener hears = listener;
    listener = null;
    if (hears != null) {
      hears.onGone(new UpstreamFailure(kind, detail));
    } else if (onIdleGone != null) {
      onIdleGone.run();
    }
  }
}
