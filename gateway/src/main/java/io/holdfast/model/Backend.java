package io.holdfast.model;

import org.jspecify.annotations.Nullable;

/**
 * One address that speaks WebSocket or HTTP. Over reloads it is the same backend as long as {@link
 * #address()} is equal, whatever its weight and group.
 *
 * @param tls whether TLS is spoken ({@code wss}, {@code https})
 * @param host name or literal address, IPv6 without brackets
 * @param port 1 to 65535
 * @param path put before the path of every request; empty, or starts with a slash and does not end
 *     in one
 * @param weight share of new work, at least 0; 0 takes none
 * @param group part of the service; null for none
 */
public record Backend(
    boolean tls, String host, int port, String path, int weight, @Nullable String group) {

  /** Scheme, host, port and path, such as {@code ws://10.0.0.1:8000}. */
  public String address() {
    return (tls ? "wss://" : "ws://") + authority() + path;
  }

  /** Host and port, such as {@code 10.0.0.1:8000} or {@code [::1]:8000}. */
  public String authority() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
