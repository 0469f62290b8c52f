package io.holdfast.admin;

import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What a request is answered with. */
final class Reply {

  private static final String JSON = "application/json";

  private final int status;
  private final String contentType;
  private final byte[] body;
  private final Map<String, String> headers;

  private Reply(int status, String contentType, byte[] body, Map<String, String> headers) {
    this.status = status;
    this.contentType = contentType;
    this.body = body;
    this.headers = headers;
  }

  static Reply json(int status, Object value) {
    return new Reply(status, JSON, JsonMapper.shared().writeValueAsBytes(value), Map.of());
  }

  static Reply error(int status, String error) {
    return json(status, Map.of("error", error));
  }

  static Reply bytes(String contentType, byte[] body) {
    return new Reply(200, contentType, body, Map.of());
  }

  /** The same, with these headers and no others of its own. */
  Reply with(Map<String, String> newHeaders) {
    return new Reply(status, contentType, body, Map.copyOf(newHeaders));
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

  Map<String, String> headers() {
    return headers;
  }
}
