package io.holdfast.admin;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What a request is answered with. */
final class Reply {

  private static final String JSON = "application/json";

  private final int status;
  private final String contentType;
  private final byte[] body;
  private final Map<String, String> headers;
  private final @Nullable Stream stream;

  /** A body that is written as it comes to be. */
  @FunctionalInterface
  interface Stream {
    /** Writes until the client is gone, or the thread is interrupted. */
    void write(OutputStream out) throws IOException, InterruptedException;
  }

  private Reply(
      int status,
      String contentType,
      byte[] body,
      Map<String, String> headers,
      @Nullable Stream stream) {
    this.status = status;
    this.contentType = contentType;
    this.body = body;
    this.headers = headers;
    this.stream = stream;
  }

  static Reply json(int status, Object value) {
    return new Reply(status, JSON, JsonMapper.shared().writeValueAsBytes(value), Map.of(), null);
  }

  static Reply error(int status, String error) {
    return json(status, Map.of("error", error));
  }

  static Reply bytes(String contentType, byte[] body) {
    return new Reply(200, contentType, body, Map.of(), null);
  }

  static Reply stream(String contentType, Stream stream) {
    return new Reply(200, contentType, new byte[0], Map.of(), stream);
  }

  /** The same, with these headers and no others of its own. */
  Reply with(Map<String, String> newHeaders) {
    return new Reply(status, contentType, body, Map.copyOf(newHeaders), stream);
  }

  int status() {
    return status;
  }

  String contentType() {
    return contentType;
  }

  byte[] body() {
    return body;
  }

  /** Null when {@link #body} is all. */
  @Nullable Stream stream() {
    return stream;
  }

  Map<String, String> headers() {
    return headers;
  }
}
