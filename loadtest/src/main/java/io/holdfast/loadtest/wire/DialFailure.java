package io.holdfast.loadtest.wire;

import io.netty.channel.ConnectTimeoutException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/**
 * Why no WebSocket came about.
 *
 * @param kind a short word to count by: {@code refused}, {@code timeout}, {@code unreachable},
 *     {@code no_source_port}, {@code tls}, {@code reset}, {@code ended}, {@code bad_handshake},
 *     {@code http_<status>} or {@code other}
 * @param message a sentence for the user
 */
public record DialFailure(String kind, String message) {

  /** Names what a socket or TLS engine threw. */
  static DialFailure of(Throwable cause, WebSocketUrl url) {
    String where = url.authority();
    String detail = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    String lower = detail.toLowerCase(Locale.ROOT);
    return switch (cause) {
      case ConnectTimeoutException _ ->
          new DialFailure("timeout", where + " did not accept the connection in time");
      case NoRouteToHostException _ ->
          new DialFailure("unreachable", where + " cannot be reached: " + detail);
      case BindException _ -> noSource(detail);
      case ConnectException _ when lower.contains("refused") ->
          new DialFailure("refused", where + " refused the connection");
      case Exception _ when lower.contains("cannot assign requested address") -> noSource(detail);
      case Exception _ when lower.contains("network is unreachable") ->
          new DialFailure("unreachable", where + " cannot be reached: " + detail);
      case SSLException _ -> new DialFailure("tls", "TLS with " + where + " failed: " + detail);
      case SocketException _ when lower.contains("reset") -> reset(where);
      case Exception _ when lower.contains("connection reset") -> reset(where);
      default -> new DialFailure("other", "connecting to " + where + " failed: " + detail);
    };
  }

  private static DialFailure noSource(String detail) {
    return new DialFailure(
        "no_source_port",
        "no local address or port is left to connect from ("
            + detail
            + "); give more with --source");
  }

  private static DialFailure reset(String where) {
    return new DialFailure("reset", where + " reset the connection during the handshake");
  }
}
