package io.holdfast.chat.raw;

import io.holdfast.chat.session.Access;
import io.holdfast.chat.session.Handover;
import io.holdfast.chat.session.Node;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes a WebSocket of an HTTP connection.
 *
 * @param silence after which a connection from which nothing came, not even a Pong, is closed
 */
public record RawHandshake(Node node, Duration silence) {
  private static final String SUBPROTOCOL = "chat";
  private static final String BEARER = "bearer.";
  private static final Pattern PATH = Pattern.compile("/ws/chat/([\\w-]{1,64})");

  /** The connection's id in a path; null for a path of something else. */
  public static @Nullable String connection(String path) {
    Matcher matcher = PATH.matcher(path);
    return matcher.matches() ? matcher.group(1) : null;
  }

  /**
   * The token of a request: of {@code Authorization}, the parameter {@code token}, or a subprotocol
   * {@code bearer.TOKEN}, which pages can set. Null for none.
   */
  public static @Nullable String token(FullHttpRequest request, QueryStringDecoder uri) {
    String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
    if (authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return authorization.substring(7).strip();
    }
    List<String> parameter = uri.parameters().get("token");
    if (parameter != null) {
      return parameter.getFirst();
    }
    return request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
        .flatMap(line -> Arrays.stream(line.split(",")))
        .map(String::strip)
        .filter(protocol -> protocol.startsWith(BEARER))
        .map(protocol -> protocol.substring(BEARER.length()))
        .findFirst()
        .orElse(null);
  }

  /**
   * Shakes hands, and leaves the pipeline to the WebSocket.
   *
   * @return false when the request is no proper handshake; nothing was answered then
   */
  public boolean shake(
      ChannelHandlerContext ctx, FullHttpRequest request, String id, Access access) {
    int most = node.care().maxMessageBytes();
    WebSocketDecoderConfig limits =
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(most)
            .closeOnProtocolViolation(false) // RawFrames does, behind what was sent
            .build();
    WebSocketServerHandshaker handshaker =
        new WebSocketServerHandshakerFactory("", SUBPROTOCOL, limits).newHandshaker(request);
    if (handshaker == null) {
      WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(ctx.channel())
          .addListener(ChannelFutureListener.CLOSE);
      return true;
    }
    try {
      handshaker.handshake(
          ctx.channel(),
          request,
          new DefaultHttpHeaders().set("X-Backend", node.name()),
          ctx.newPromise());
    } catch (WebSocketHandshakeException e) {
      return false;
    }
    ctx.pipeline()
        .addLast(new IdleStateHandler(silence.toMillis(), 0, 0, TimeUnit.MILLISECONDS))
        .addLast(new Utf8FrameValidator())
        .addLast(new WebSocketFrameAggregator(most))
        .addLast(
            new RawFrames(
                node,
                id,
                access,
                Handover.of(
                    request.headers().get(Handover.SESSION),
                    request.headers().get(Handover.RESUME),
                    ctx.executor())));
    return true;
  }
}
