package io.holdfast.config;

import io.holdfast.config.source.Parser;
import io.holdfast.config.source.Section;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Checks header fields that the config names. */
final class Headers {

  /** RFC 9110 section 5.6.2. */
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  /** RFC 9110 section 5.5: visible characters, blanks inside only. */
  private static final Pattern FIELD_VALUE =
      Pattern.compile("(?:[!-~\\x80-\\xff](?:[ \\t!-~\\x80-\\xff]*[!-~\\x80-\\xff])?)?");

  /** RFC 9110 section 7.6.1, and what frames a message. */
  private static final Set<String> OURS =
      Set.of(
          "connection",
          "content-length",
          "host",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private Headers() {}

  static boolean isToken(String text) {
    return TOKEN.matcher(text).matches();
  }

  /** The name of any header field. */
  static String name(String text) {
    if (isToken(text)) {
      return text;
    }
    throw new IllegalArgumentException("expected a header name such as X-Tenant");
  }

  /** The name of a header field that config may change. */
  static String editable(String text) {
    String lower = name(text).toLowerCase(Locale.ROOT);
    if (OURS.contains(lower) || lower.startsWith("sec-websocket-")) {
      throw new IllegalArgumentException(
          "expected a header that the gateway does not make itself; Host, Sec-WebSocket-* and"
              + " those of one connection cannot be edited");
    }
    return text;
  }

  private static String value(String text) {
    if (FIELD_VALUE.matcher(text).matches()) {
      return text;
    }
    throw new IllegalArgumentException(
        "expected a header value in one line, without control characters or blanks at its ends");
  }

  /** Name to value; values may be credentials and stand in no message. */
  static Map<String, String> map(Section in, String key, Parser<String> names) {
    Set<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    return in.secretMap(
        key,
        name -> {
          if (!seen.add(names.parse(name))) {
            throw new IllegalArgumentException("expected each header once, in whatever case");
          }
          return name;
        },
        (_, value) -> value.parse(Headers::value));
  }
}
