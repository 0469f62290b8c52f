package io.holdfast.loadtest.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The client's opening handshake (RFC 6455 section 4.1); leaves the pipeline when it is done. */
final class ClientHandshake extends SimpleChannelInboundHandler<HttpObject> {
  private static final int BODY_EXCERPT = 300;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final DialOptions options;
  private final DialListener listener;
  private final String key;
  private final StringBuilder body = new StringBuilder();
  private @Nullable HttpResponse response;
  private @Nullable Future<?> deadline;
  private boolean done;

  ClientHandshake(DialOptions options, DialListener listener) {
    this.options = options;
    this.listener = listener;
    byte[] nonce = new byte[16];
    RANDOM.nextBytes(nonce);
    this.key = Base64.getEncoder().encodeToString(nonce);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    deadline =
        ctx.executor()
            .schedule(
                () -> fail(ctx, new DialFailure("timeout", "no answer to the handshake in time")),
                options.timeout().toMillis(),
                TimeUnit.MILLISECONDS);
    if (!options.url().secure()) {
      ctx.writeAndFlush(request(), ctx.voidPromise());
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent tls && tls.isSuccess()) {
      ctx.writeAndFlush(request(), ctx.voidPromise());
    }
    ctx.fireUserEventTriggered(event);
  }

  private HttpRequest request() {
    HttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, options.url().target());
    HttpHeaders headers = request.headers();
    headers
        .set(HttpHeaderNames.HOST, options.url().authority())
        .set(HttpHeaderNames.UPGRADE, "websocket")
        .set(HttpHeaderNames.CONNECTION, "Upgrade")
        .set(HttpHeaderNames.SEC_WEBSOCKET_KEY, key)
        .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
    if (!options.subprotocols().isEmpty()) {
      headers.set(
          HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, String.join(", ", options.subprotocols()));
    }
    if (options.compress()) {
      headers.set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, Compression.OFFER);
    }
    for (Map.Entry<String, String> header : options.headers()) {
      if (header.getKey().equalsIgnoreCase("host")) {
        headers.set(header.getKey(), header.getValue());
      } else {
        headers.add(header.getKey(), header.getValue());
      }
    }
    return request;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
    if (message.decoderResult().isFailure()) {
      fail(ctx, new DialFailure("bad_handshake", "the answer is not HTTP/1.1"));
      return;
    }
    if (message instanceof HttpResponse head && head.status().code() != 100) {
      response = head;
    }
    HttpResponse head = response;
    if (head == null || done) {
      return;
    }
    boolean switching = head.status().code() == 101;
    if (message instanceof HttpContent part && !switching) {
      append(part.content());
    }
    if (!(message instanceof LastHttpContent) && body.length() < BODY_EXCERPT) {
      return;
    }
    if (switching) {
      finish(ctx, head);
    } else if (head.status().code() >= 200) {
      fail(ctx, refusal(head));
    } else {
      response = null;
    }
  }

  private void finish(ChannelHandlerContext ctx, HttpResponse head) {
    String wrong = Handshake.checkAnswer(head.headers(), key, options.subprotocols());
    if (wrong != null) {
      fail(ctx, new DialFailure("bad_handshake", wrong));
      return;
    }
    Compression compression;
    try {
      compression =
          Compression.agreed(
              head.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS), options.compress());
    } catch (IllegalArgumentException e) {
      fail(ctx, new DialFailure("bad_handshake", String.valueOf(e.getMessage())));
      return;
    }
    settle();
    ChannelHandler next = listener.opened(ctx.channel(), head, compression);
    // The codec hands on what came with the 101 as it leaves, so it goes last.
    ctx.pipeline().addLast(next);
    ctx.pipeline().remove(this);
    ctx.pipeline().remove(HttpClientCodec.class);
  }

  private void append(ByteBuf content) {
    int room = Math.min(content.readableBytes(), BODY_EXCERPT - body.length());
    body.append(content.toString(content.readerIndex(), Math.max(0, room), UTF_8));
  }

  private DialFailure refusal(HttpResponse head) {
    String text = body.toString().replaceAll("\\p{Cntrl}+", " ").strip();
    String location = head.headers().get(HttpHeaderNames.LOCATION);
    return new DialFailure(
        "http_" + head.status().code(),
        "the server answered "
            + head.status().code()
            + " "
            + head.status().reasonPhrase()
            + (location == null ? "" : ", to " + location + " (redirects are not followed)")
            + (text.isEmpty() ? "" : ": " + text));
  }

  private void settle() {
    done = true;
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  private void fail(ChannelHandlerContext ctx, DialFailure failure) {
    if (!done) {
      settle();
      ctx.close();
      listener.failed(failure);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    HttpResponse head = response;
    fail(
        ctx,
        head != null && head.status().code() >= 200
            ? refusal(head)
            : new DialFailure(
                "ended", options.url().authority() + " ended the connection during the handshake"));
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Throwable inner =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    fail(ctx, DialFailure.of(inner, options.url()));
  }
}
