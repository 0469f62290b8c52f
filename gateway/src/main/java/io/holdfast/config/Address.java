package io.holdfast.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and a port, as in {@code 0.0.0.0:8080}.
 *
 * @param host in lower case; IPv6 without brackets
 * @param port 0 to 65535
 */
record Address(String host, int port) {

  private static final Pattern SYNTAX =
      Pattern.compile("(\\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]|[A-Za-z0-9_.-]*)(?::(\\d{1,5}))?");

  /** An address to listen on; without a host it is all of IPv4. */
  static Address bind(String text) {
    String expected = "expected an address such as 0.0.0.0:8080, :8080 or [::1]:8080";
    Address address = parse(text, -1, expected);
    if (address.port < 0) {
      throw new IllegalArgumentException(expected);
    }
    return address.host.isEmpty() ? new Address("0.0.0.0", address.port) : address;
  }

  /** {@code host}, {@code host:port} or {@code [v6]:port}; the host may be empty. */
  static Address parse(String text, int portByDefault, String expected) {
    Matcher matcher = SYNTAX.matcher(text);
    if (matcher.matches()) {
      int port = matcher.group(2) == null ? portByDefault : Integer.parseInt(matcher.group(2));
      if (port <= 65535) {
        String host = matcher.group(1).toLowerCase(Locale.ROOT);
        return new Address(
            host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
      }
    }
    throw new IllegalArgumentException(expected);
  }

  /** Whether a host is written as an address: IPv4, or IPv6 without brackets. */
  static boolean isLiteral(String host) {
    return host.contains(":") || host.matches("\\d+(\\.\\d+){3}");
  }

  boolean isLoopback() {
    return host.equals("localhost")
        || host.equals("::1")
        || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }

  /** Whether both cannot be listened on at once. */
  boolean collides(Address other) {
    boolean sameHost = host.equals(other.host) || isWildcard() || other.isWildcard();
    return port != 0 && port == other.port && sameHost;
  }

  private boolean isWildcard() {
    return host.equals("0.0.0.0") || host.equals("::");
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
