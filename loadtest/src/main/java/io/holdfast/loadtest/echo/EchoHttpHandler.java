package io.holdfast.loadtest.echo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.loadtest.wire.Handshake;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Answers plain HTTP, and turns WebSocket handshakes (RFC 6455 section 4.2) into echo connections.
 */
final class EchoHttpHandler extends SimpleChannelInboundHandler<HttpObject> {
  private final boolean compression;
  private final ChannelGroup webSockets;
  private @Nullable HttpRequest request;

  EchoHttpHandler(boolean compression, ChannelGroup webSockets) {
    this.compression = compression;
    this.webSockets = webSockets;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
    if (message.decoderResult().isFailure()) {
      answer(ctx, null, HttpResponseStatus.BAD_REQUEST, "This is not HTTP/1.1.\n");
      return;
    }
    if (message instanceof HttpRequest head) {
      request = head;
      if (HttpUtil.is100ContinueExpected(head)) {
        ctx.writeAndFlush(
            new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
      }
    }
    HttpRequest head = request;
    if (head != null && message instanceof LastHttpContent) {
      request = null;
      if (head.headers().containsValue(HttpHeaderNames.UPGRADE, "websocket", true)) {
        handshake(ctx, head);
      } else {
        answer(ctx, head, HttpResponseStatus.OK, "Holdfast echo on " + backend(ctx) + "\n");
      }
    }
  }

  private void handshake(ChannelHandlerContext ctx, HttpRequest head) {
    HttpHeaders asked = head.headers();
    if (!"13".equals(asked.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
      answer(ctx, head, HttpResponseStatus.UPGRADE_REQUIRED, "Only WebSocket version 13.\n");
      return;
    }
    String key = asked.get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    if (key == null
        || !Handshake.isKey(key)
        || !HttpMethod.GET.equals(head.method())
        || !asked.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)) {
      answer(ctx, head, HttpResponseStatus.BAD_REQUEST, "This WebSocket handshake is malformed.\n");
      return;
    }
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
    response
        .headers()
        .set(HttpHeaderNames.UPGRADE, "websocket")
        .set(HttpHeaderNames.CONNECTION, "Upgrade")
        .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, Handshake.accept(key))
        .set("X-Backend", backend(ctx));
    String offered = asked.get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
    if (offered != null) {
      response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, first(offered));
    }
    Deflate deflate =
        compression ? Deflate.negotiate(asked.get(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS)) : null;
    if (deflate != null) {
      response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, deflate.answer());
    }
    ctx.writeAndFlush(response, ctx.voidPromise());
    webSockets.add(ctx.channel());
    if (deflate != null) {
      deflate.install(ctx.pipeline());
    } else {
      ctx.pipeline().addLast(new EchoHandler());
    }
    ctx.pipeline().remove(this);
    ctx.pipeline().remove(HttpServerCodec.class);
  }

  private static String first(String offered) {
    int comma = offered.indexOf(',');
    return (comma < 0 ? offered : offered.substring(0, comma)).strip();
  }

  private static void answer(
      ChannelHandlerContext ctx,
      @Nullable HttpRequest head,
      HttpResponseStatus status,
      String text) {
    boolean bodiless = head != null && HttpMethod.HEAD.equals(head.method());
    byte[] body = text.getBytes(UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            status,
            bodiless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set("X-Backend", backend(ctx));
    if (HttpResponseStatus.UPGRADE_REQUIRED.equals(status)) {
      response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
    }
    boolean keep = head != null && HttpUtil.isKeepAlive(head);
    HttpUtil.setKeepAlive(response, keep);
    if (keep) {
      ctx.writeAndFlush(response, ctx.voidPromise());
    } else {
      ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private static String backend(ChannelHandlerContext ctx) {
    InetSocketAddress local = (InetSocketAddress) ctx.channel().localAddress();
    String host = local.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + local.getPort();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
