package io.holdfast.upstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

/** The client's side of the opening handshake (RFC 6455 section 4.1). */
public final class HandshakeAnswer {
  private HandshakeAnswer() {}

  /**
   * Whether a backend's 101 is the right answer (steps 2 to 4).
   *
   * @param accept what proves that the key was read
   */
  public static boolean isRight(HttpHeaders answer, String accept) {
    return answer.containsValue(HttpHeaderNames.UPGRADE, "websocket", true)
        && answer.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
        && accept.equals(answer.get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, "").strip());
  }
}
