package io.holdfast.config;

import io.holdfast.route.RequestPath;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of a backend. Read by hand, since {@link java.net.URI} has no host for names with an
 * underscore, which Compose makes.
 *
 * @param tls whether TLS is spoken
 * @param host in lower case; IPv6 without brackets
 * @param port 1 to 65535
 * @param path empty, or starts with a slash and does not end in one
 */
record BackendUrl(boolean tls, String host, int port, String path) {

  private static final Pattern SYNTAX =
      Pattern.compile("(ws|wss|http|https)://([^/?#]*)(/[!-~]*)?");
  private static final String EXPECTED =
      "expected an address such as ws://10.0.0.1:8000 or wss://chat.internal/base";

  static BackendUrl parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(EXPECTED);
    }
    if (matcher.group(2).indexOf('@') >= 0) {
      throw new IllegalArgumentException("expected an address without user info");
    }
    boolean tls = matcher.group(1).endsWith("s") && !matcher.group(1).equals("ws");
    Address address = Address.parse(matcher.group(2), tls ? 443 : 80, EXPECTED);
    if (address.host().isEmpty() || address.port() == 0) {
      throw new IllegalArgumentException(EXPECTED);
    }
    return new BackendUrl(tls, address.host(), address.port(), path(matcher.group(3)));
  }

  private static String path(@Nullable String text) {
    if (text == null || text.equals("/")) {
      return "";
    }
    if (text.indexOf('?') >= 0 || RequestPath.of(text) == null) {
      throw new IllegalArgumentException(
          "expected an address without query, fragment or dot segments");
    }
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }
}
