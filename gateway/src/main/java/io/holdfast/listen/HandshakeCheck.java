package io.holdfast.listen;

import io.holdfast.websocket.HandshakeKey;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The server's side of the opening handshake (RFC 6455 sections 4.2.1 and 4.4). */
final class HandshakeCheck {
  private static final String VERSION = "13";

  private HandshakeCheck() {}

  /** Whether {@code head} asks for a WebSocket, rightly or wrongly. */
  static boolean isHandshake(HttpRequest head) {
    return head.headers().containsValue(HttpHeaderNames.UPGRADE, "websocket", true)
        && head.headers().containsValue(HttpHeaderNames.CONNECTION, "upgrade", true);
  }

  /** Null when a handshake is right. */
  static @Nullable Refusal check(HttpRequest head) {
    HttpHeaders headers = head.headers();
    if (!head.method().equals(HttpMethod.GET)
        || !head.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
      return bad("A WebSocket handshake is a GET in HTTP/1.1.");
    }
    if (HttpUtil.getContentLength(head, 0L) > 0 || HttpUtil.isTransferEncodingChunked(head)) {
      return bad("A WebSocket handshake has no body.");
    }
    List<String> versions = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION);
    if (versions.size() != 1 || !versions.get(0).strip().equals(VERSION)) {
      return Refusal.of(
          426,
          "bad_version",
          "WebSocket version 13 is spoken here.",
          HttpHeaderNames.SEC_WEBSOCKET_VERSION.toString(),
          VERSION);
    }
    List<String> keys = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    if (keys.size() != 1 || !HandshakeKey.isValid(keys.get(0).strip())) {
      return bad("Sec-WebSocket-Key must be 16 bytes in base64.");
    }
    return null;
  }

  /** The answer that proves that a server has read the handshake. */
  static String accept(HttpRequest head) {
    String key = head.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "");
    return HandshakeKey.accept(key.strip());
  }

  private static Refusal bad(String message) {
    return Refusal.of(400, "bad_handshake", message);
  }
}
