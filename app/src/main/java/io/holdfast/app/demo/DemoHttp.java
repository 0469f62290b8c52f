package io.holdfast.app.demo;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import org.jspecify.annotations.Nullable;

/** One backend's HTTP side: the page's files, and the handshakes of {@code /echo} and rooms. */
final class DemoHttp extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final String ROOM = "/room/";
  private static final int MAX_ECHO_FRAME = 1 << 20;
  private static final int MAX_ROOM_MESSAGE = 16 << 10;

  private final Rooms rooms;
  private final String backend;

  DemoHttp(Rooms rooms, String backend) {
    this.rooms = rooms;
    this.backend = backend;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    if (request.decoderResult().isFailure()) {
      answer(ctx, request, HttpResponseStatus.BAD_REQUEST, Page.text("This is not HTTP/1.1.\n"));
      return;
    }
    String path = new QueryStringDecoder(request.uri()).path();
    ChannelHandler[] webSocket = webSocket(ctx, path);
    if (webSocket != null
        && request.headers().containsValue(HttpHeaderNames.UPGRADE, "websocket", true)) {
      handshake(ctx, request, webSocket);
      return;
    }
    Page page = Page.at(path);
    if (webSocket != null) {
      Page hint = Page.text("Only WebSockets here: holdfast connect ws://HOST:PORT" + path + "\n");
      answer(ctx, request, HttpResponseStatus.UPGRADE_REQUIRED, hint);
    } else if (page == null) {
      answer(ctx, request, HttpResponseStatus.NOT_FOUND, Page.text("Nothing at this path.\n"));
    } else if (!request.method().equals(HttpMethod.GET)
        && !request.method().equals(HttpMethod.HEAD)) {
      Page hint = Page.text("Only GET and HEAD.\n");
      answer(ctx, request, HttpResponseStatus.METHOD_NOT_ALLOWED, hint);
    } else {
      answer(ctx, request, HttpResponseStatus.OK, page);
    }
  }

  /** What handles the WebSocket at {@code path}; null when there is none. */
  private ChannelHandler @Nullable [] webSocket(ChannelHandlerContext ctx, String path) {
    if (path.equals("/echo")) {
      return new ChannelHandler[] {new EchoFrames(rooms, backend)};
    }
    String room = path.startsWith(ROOM) ? path.substring(ROOM.length()) : "";
    if (room.isEmpty() || room.indexOf('/') >= 0) {
      return null;
    }
    Visitor visitor = new Visitor(ctx.channel(), backend, room, rooms.newGuest());
    return new ChannelHandler[] {
      new WebSocketFrameAggregator(MAX_ROOM_MESSAGE), new RoomFrames(rooms, visitor)
    };
  }

  private void handshake(
      ChannelHandlerContext ctx, FullHttpRequest request, ChannelHandler... handlers) {
    WebSocketDecoderConfig limits =
        WebSocketDecoderConfig.newBuilder().maxFramePayloadLength(MAX_ECHO_FRAME).build();
    WebSocketServerHandshaker handshaker =
        new WebSocketServerHandshakerFactory("", null, limits).newHandshaker(request);
    if (handshaker == null) {
      WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(ctx.channel());
      return;
    }
    try {
      handshaker.handshake(
          ctx.channel(),
          request,
          new DefaultHttpHeaders().set("X-Backend", backend),
          ctx.newPromise());
    } catch (WebSocketHandshakeException e) {
      Page hint = Page.text("This WebSocket handshake is malformed.\n");
      answer(ctx, request, HttpResponseStatus.BAD_REQUEST, hint);
      return;
    }
    ctx.pipeline().addLast(new Utf8FrameValidator()).addLast(handlers);
    ctx.pipeline().remove(this);
  }

  private void answer(
      ChannelHandlerContext ctx, FullHttpRequest request, HttpResponseStatus status, Page page) {
    boolean bodiless = request.method().equals(HttpMethod.HEAD);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            status,
            bodiless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(page.content()));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, page.type())
        .set(HttpHeaderNames.CONTENT_LENGTH, page.content().length)
        .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
        .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, Page.CONTENT_SECURITY_POLICY)
        .set("X-Content-Type-Options", "nosniff")
        .set("Referrer-Policy", "no-referrer")
        .set("X-Backend", backend);
    if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
      response.headers().set(HttpHeaderNames.UPGRADE, "websocket");
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderNames.UPGRADE);
    }
    if (status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
      response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
    }
    if (HttpUtil.isKeepAlive(request)) {
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
