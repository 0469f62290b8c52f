package io.holdfast.listen;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The cookies of one request (RFC 6265 section 5.4) or answer (section 4.1). */
final class Cookies {
  private Cookies() {}

  /** The values of all cookies of that name, in order. */
  static List<String> values(HttpHeaders headers, String name) {
    List<String> values = new ArrayList<>();
    for (String header : headers.getAll(HttpHeaderNames.COOKIE)) {
      for (String pair : header.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
          values.add(pair.substring(equals + 1).strip());
        }
      }
    }
    return values;
  }

  /** What an answer sets the cookie of that name to; null when it does not, or deletes it. */
  static @Nullable String setTo(HttpHeaders headers, String name) {
    String value = null;
    for (String header : headers.getAll(HttpHeaderNames.SET_COOKIE)) {
      int end = header.indexOf(';');
      String pair = end < 0 ? header : header.substring(0, end);
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
        value = pair.substring(equals + 1).strip();
      }
    }
    return value == null || value.isEmpty() ? null : value;
  }
}
