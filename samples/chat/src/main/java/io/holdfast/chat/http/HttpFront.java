package io.holdfast.chat.http;

import io.holdfast.chat.auth.Refused;
import io.holdfast.chat.auth.Tokens;
import io.holdfast.chat.observe.PrometheusMeters;
import io.holdfast.chat.raw.RawHandshake;
import io.holdfast.chat.session.Access;
import io.holdfast.chat.session.Node;
import io.holdfast.chat.socketio.SocketIo;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;

/** One connection while it speaks HTTP: answers, or makes a WebSocket of it. */
public final class HttpFront extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Page NO_PLACE =
      Page.error(HttpResponseStatus.SERVICE_UNAVAILABLE, "No place is left.");

  private final Node node;
  private final RawHandshake raw;
  private final SocketIo socketIo;
  private final Tokens tokens;
  private final Pages pages;

  /** For one connection. */
  public HttpFront(
      Node node,
      RawHandshake raw,
      SocketIo socketIo,
      Tokens tokens,
      PrometheusMeters meters,
      MetricsAccess access) {
    this.node = node;
    this.raw = raw;
    this.socketIo = socketIo;
    this.tokens = tokens;
    this.pages = new Pages(node, meters, access);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    QueryStringDecoder uri = new QueryStringDecoder(request.uri());
    String path = uri.path();
    String connection = RawHandshake.connection(path);
    if (request.decoderResult().isFailure()) {
      answer(ctx, request, Page.error(HttpResponseStatus.BAD_REQUEST, "This is not HTTP/1.1."));
    } else if (SocketIo.isPath(path)) {
      talk(ctx, request, uri.parameters().containsKey("sid"));
    } else if (connection == null) {
      boolean reads =
          request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
      Page page =
          reads
              ? pages.at(path, request, ctx.channel().remoteAddress())
              : Page.error(HttpResponseStatus.METHOD_NOT_ALLOWED, "Only GET and HEAD.");
      answer(ctx, request, page);
    } else {
      shake(ctx, request, uri, connection);
    }
  }

  private void talk(ChannelHandlerContext ctx, FullHttpRequest request, boolean known) {
    if (!known && !node.hasPlace()) {
      answer(ctx, request, NO_PLACE);
      return;
    }
    socketIo.addBehind(ctx);
    ctx.fireChannelRead(request.retain());
  }

  private void shake(
      ChannelHandlerContext ctx,
      FullHttpRequest request,
      QueryStringDecoder uri,
      String connection) {
    Access access;
    try {
      access = tokens.access(RawHandshake.token(request, uri));
    } catch (Refused e) {
      answer(ctx, request, Page.error(HttpResponseStatus.UNAUTHORIZED, e.why()));
      return;
    }
    // After the token: a page learns by plain HTTP what its WebSocket may not tell it.
    if (!request.headers().containsValue(HttpHeaderNames.UPGRADE, "websocket", true)) {
      answer(ctx, request, Page.error(HttpResponseStatus.UPGRADE_REQUIRED, "Only WebSockets."));
      return;
    }
    if (!node.enter()) {
      answer(ctx, request, NO_PLACE);
      return;
    }
    ctx.channel().closeFuture().addListener(_ -> node.leave());
    if (raw.shake(ctx, request, connection, access)) {
      ctx.pipeline().remove(this);
    } else {
      request.headers().set(HttpHeaderNames.CONNECTION, "close");
      answer(ctx, request, Page.error(HttpResponseStatus.BAD_REQUEST, "A malformed handshake."));
    }
  }

  private void answer(ChannelHandlerContext ctx, FullHttpRequest request, Page page) {
    boolean bodiless = request.method().equals(HttpMethod.HEAD);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            page.status(),
            bodiless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(page.content()));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, page.type())
        .set(HttpHeaderNames.CONTENT_LENGTH, page.content().length)
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, page.policy())
        .set("X-Content-Type-Options", "nosniff")
        .set("X-Frame-Options", "DENY")
        .set("Referrer-Policy", "no-referrer")
        .set("X-Backend", node.name());
    int status = page.status().code();
    if (status == HttpResponseStatus.UPGRADE_REQUIRED.code()) {
      response.headers().set(HttpHeaderNames.UPGRADE, "websocket");
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderNames.UPGRADE);
    } else if (status == HttpResponseStatus.METHOD_NOT_ALLOWED.code()) {
      response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
    } else if (status == HttpResponseStatus.UNAUTHORIZED.code()) {
      response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    } else if (status == HttpResponseStatus.SERVICE_UNAVAILABLE.code()) {
      response.headers().set(HttpHeaderNames.RETRY_AFTER, 5);
    }
    boolean stays = HttpUtil.isKeepAlive(request) && !request.decoderResult().isFailure();
    if (stays) {
      ctx.writeAndFlush(response, ctx.voidPromise());
    } else {
      ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
