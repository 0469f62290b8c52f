package io.holdfast.listen;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;

/**
 * An answer of our own that says no.
 *
 * @param status of the answer
 * @param reason one word for metrics, logs and programs
 * @param message one sentence for people; shows nothing of the inside
 * @param headers beside the usual ones
 */
record Refusal(
    HttpResponseStatus status, String reason, String message, Map<String, String> headers) {

  Refusal {
    headers = Map.copyOf(headers);
  }

  static Refusal of(int status, String reason, String message) {
    return new Refusal(HttpResponseStatus.valueOf(status), reason, message, Map.of());
  }

  static Refusal of(int status, String reason, String message, String header, String value) {
    return new Refusal(HttpResponseStatus.valueOf(status), reason, message, Map.of(header, value));
  }
}
