package io.holdfast.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A request, without its connection.
 *
 * @param method in upper case
 * @param path raw, starts with a slash
 * @param query parameters, decoded; of a repeated one the last
 * @param body empty for none
 * @param header first value of a header by name, or null
 */
record Call(
    String method,
    String path,
    Map<String, String> query,
    UnaryOperator<@Nullable String> header,
    String body) {

  /** The same with a body. */
  Call with(String text) {
    return new Call(method, path, query, header, text);
  }

  static Map<String, String> parse(@Nullable String rawQuery) {
    Map<String, String> query = new HashMap<>();
    if (rawQuery != null) {
      for (String pair : rawQuery.split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        query.put(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
      }
    }
    return query;
  }

  /** Undoes percent encoding, and takes {@code +} for a space, as forms do. */
  static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /**
   * Whether parameter {@code name} is {@code true}.
   *
   * @throws IllegalArgumentException with a message for the user, when it says neither yes nor no
   */
  boolean flag(String name) {
    String text = query.getOrDefault(name, "false");
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException(name + " is \"" + text + "\"; expected true or false.");
    }
    return text.equals("true");
  }

  @Nullable String header(String name) {
    return header.apply(name);
  }
}
