package io.holdfast.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Answers of our own: short, as JSON or text by what the client accepts, with the request's id. */
final class Answers {
  private Answers() {}

  /**
   * The answer that carries {@code refusal}.
   *
   * @param accept the request's {@code Accept}
   * @param requestId empty where there is none
   * @param keepAlive whether another request may follow
   */
  static FullHttpResponse of(
      Refusal refusal, @Nullable String accept, String requestId, boolean keepAlive) {
    boolean json = accept != null && accept.toLowerCase(Locale.ROOT).contains("json");
    ByteBuf body =
        ByteBufUtil.writeUtf8(
            Unpooled.buffer().alloc(), json ? json(refusal, requestId) : text(refusal, requestId));
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, refusal.status(), body);
    response
        .headers()
        .set(
            HttpHeaderNames.CONTENT_TYPE,
            json ? HttpHeaderValues.APPLICATION_JSON : "text/plain; charset=utf-8")
        .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    if (!requestId.isEmpty()) {
      response.headers().set("x-request-id", requestId);
    }
    if (!keepAlive) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    refusal.headers().forEach(response.headers()::set);
    return response;
  }

  /** Refuses what {@code story} tells of; the client's connection stays if both sides can. */
  static void refuse(
      ClientConnection client, Request.Story story, Refusal refusal, boolean mayKeepAlive) {
    boolean keepAlive = mayKeepAlive && client.keepsAlive(story.request);
    story.status = refusal.status().code();
    story.why = story.why.isEmpty() ? refusal.reason() : story.why;
    String accept = story.request.head().headers().get(HttpHeaderNames.ACCEPT);
    FullHttpResponse answer = of(refusal, accept, story.request.id(), keepAlive);
    client.channel().writeAndFlush(answer, client.channel().voidPromise());
    client.shared().accessLog().write(story.entry());
    client.onAnswered(keepAlive);
  }

  private static String text(Refusal refusal, String requestId) {
    String id = requestId.isEmpty() ? "" : " (request " + requestId + ")";
    return refusal.status() + ": " + refusal.message() + id + "\n";
  }

  /** All parts are our own words without anything to escape. */
  private static String json(Refusal refusal, String requestId) {
    return "{\"status\":%d,\"error\":\"%s\",\"message\":\"%s\",\"request\":\"%s\"}\n"
        .formatted(refusal.status().code(), refusal.reason(), refusal.message(), requestId);
  }
}
