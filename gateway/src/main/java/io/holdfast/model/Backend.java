package io.holdfast.model;

import org.jspecify.annotations.Nullable;

/**
 * One address that speaks WebSocket or HTTP. Over reloads it is the same backend as long as {@link
 * #address()} is equal, whatever its weight and group.
 *
 * @param tls whether TLS is spoken ({@code wss}, {@code https})
 * @param host name or literal address that is dialled, IPv6 without brackets
 * @param port 1 to 65535
 * @param path put before the path of every request; empty, or starts with a slash and does not end
 *     in one
 * @param weight share of new work, at least 0; 0 takes none
 * @param group part of the service; null for none
 * @param discover how it was found, or is to be
 * @param name host of the configuration; other than {@code host} for one that was found by it
 */
public record Backend(
    boolean tls,
    String host,
    int port,
    String path,
    int weight,
    @Nullable String group,
    Discover discover,
    String name) {

  /** One that the configuration names. */
  public Backend(
      boolean tls, String host, int port, String path, int weight, @Nullable String group) {
    this(tls, host, port, path, weight, group, Discover.OFF, host);
  }

  /** The same at a literal address that was found by its name. */
  public Backend at(String found) {
    return new Backend(tls, found, port, path, weight, group, discover, name);
  }

  /** Whether it stands for addresses that are not known. */
  public boolean isSought() {
    return discover != Discover.OFF && host.equals(name);
  }

  /** The same at another port. */
  public Backend withPort(int other) {
    return new Backend(tls, host, other, path, weight, group, discover, name);
  }

  /** Scheme, host, port and path, such as {@code ws://10.0.0.1:8000}. */
  public String address() {
    return (tls ? "wss://" : "ws://") + authority() + path;
  }

  /** Host and port, such as {@code 10.0.0.1:8000} or {@code [::1]:8000}. */
  public String authority() {
    return authority(host);
  }

  /** The same by its name in the configuration, for {@code Host} headers. */
  public String namedAuthority() {
    return authority(name);
  }

  private String authority(String of) {
    return (of.indexOf(':') >= 0 ? "[" + of + "]" : of) + ":" + port;
  }
}
