package io.holdfast.listen;

import io.holdfast.model.ClientKey;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What tells the client of a request from others. */
final class ClientKeys {
  /** A home or an office has these in common; the rest changes by the day. */
  private static final int IPV6_PREFIX = 8;

  private ClientKeys() {}

  /** The key's value; null when the request has none. */
  static @Nullable String of(ClientKey key, Request request) {
    return switch (key.source()) {
      case IP -> address(request.address());
      case PATH -> path(request.head().uri());
      case HEADER -> request.head().headers().get(key.name());
      case COOKIE -> first(Cookies.values(request.head().headers(), key.name()));
      case QUERY -> new Query(request.head().uri()).get(key.name());
    };
  }

  /** An address as it counts: all of IPv4, the first 64 bits of IPv6. */
  static String address(String literal) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(literal);
    if (bytes == null || bytes.length == 4) {
      return literal;
    }
    try {
      // An address of IPv4 that is written as one of IPv6 comes out as what it is.
      InetAddress address = InetAddress.getByAddress(bytes);
      return address instanceof Inet4Address
          ? address.getHostAddress()
          : HexFormat.of().formatHex(bytes, 0, IPV6_PREFIX);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an address", e);
    }
  }

  private static String path(String target) {
    int mark = target.indexOf('?');
    return mark < 0 ? target : target.substring(0, mark);
  }

  private static @Nullable String first(List<String> values) {
    return values.isEmpty() ? null : values.getFirst();
  }
}
