package io.holdfast.chat.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * An answer.
 *
 * @param type the media type
 * @param content the bytes, which nobody changes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Page(HttpResponseStatus status, String type, byte[] content) {
  static Page of(String type, String text) {
    return new Page(HttpResponseStatus.OK, type, text.getBytes(UTF_8));
  }

  static Page error(HttpResponseStatus status, String sentence) {
    return new Page(status, "text/plain; charset=utf-8", (sentence + "\n").getBytes(UTF_8));
  }
}
