package io.holdfast.chat.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * An answer.
 *
 * @param type the media type
 * @param content the bytes, which nobody changes
 * @param policy what a browser may load for it: a Content-Security-Policy
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Page(HttpResponseStatus status, String type, byte[] content, String policy) {
  private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

  static Page of(String type, byte[] content) {
    return new Page(HttpResponseStatus.OK, type, content, NOTHING);
  }

  static Page of(HttpResponseStatus status, String type, String text) {
    return new Page(status, type, text.getBytes(UTF_8), NOTHING);
  }

  static Page error(HttpResponseStatus status, String sentence) {
    return of(status, "text/plain; charset=utf-8", sentence + "\n");
  }
}
