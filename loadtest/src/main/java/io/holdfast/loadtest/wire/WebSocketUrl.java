package io.holdfast.loadtest.wire;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code ws} or {@code wss} URL (RFC 6455 section 3).
 *
 * @param text the URL as it was given
 * @param secure whether it is {@code wss}
 * @param host a name or a literal address, without brackets
 * @param port the given port, or 80 or 443
 * @param authority what the {@code Host} field carries: the port only when it is not the default
 * @param target path and query for the request line, at least {@code /}
 */
public record WebSocketUrl(
    String text, boolean secure, String host, int port, String authority, String target) {

  /**
   * Parses a URL.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static WebSocketUrl parse(String text) {
    if (!text.contains("://")) {
      throw wrong(text, "it does not begin with ws:// or wss://", null);
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw wrong(text, "it is no URL: " + e.getReason(), e);
    }
    boolean secure = "wss".equalsIgnoreCase(uri.getScheme());
    if (!secure && !"ws".equalsIgnoreCase(uri.getScheme())) {
      throw wrong(text, "its scheme is not ws or wss", null);
    }
    String host = uri.getHost();
    if (host == null) {
      throw wrong(text, "it names no host", null);
    }
    if (uri.getRawUserInfo() != null) {
      throw wrong(text, "it must not carry a user; send an Authorization header instead", null);
    }
    if (uri.getRawFragment() != null) {
      throw wrong(text, "it must not carry a fragment", null);
    }
    int standard = secure ? 443 : 80;
    int port = uri.getPort() < 0 ? standard : uri.getPort();
    if (port < 1 || port > 65_535) {
      throw wrong(text, "its port is not from 1 to 65535", null);
    }
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return new WebSocketUrl(
        text,
        secure,
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        port,
        port == standard ? host : host + ":" + port,
        uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
  }

  /**
   * All addresses of the host, in the resolver's order. Blocks.
   *
   * @throws UnknownHostException when it has none
   */
  public List<InetSocketAddress> resolve() throws UnknownHostException {
    return Arrays.stream(InetAddress.getAllByName(host))
        .map(address -> new InetSocketAddress(address, port))
        .toList();
  }

  /** The same server's URL for another path and query, which begins with a slash. */
  public WebSocketUrl withTarget(String other) {
    String scheme = secure ? "wss://" : "ws://";
    return new WebSocketUrl(scheme + authority + other, secure, host, port, authority, other);
  }

  private static IllegalArgumentException wrong(
      String text, String why, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "'"
            + text
            + "' is not a WebSocket URL: "
            + why
            + "; expected something like ws://127.0.0.1:8080/path",
        cause);
  }
}
