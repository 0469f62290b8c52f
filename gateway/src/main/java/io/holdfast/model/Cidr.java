package io.holdfast.model;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A block of addresses, such as {@code 10.0.0.0/8} or {@code fd00::/8}.
 *
 * @param network 4 or 16 bytes
 * @param prefix leading bits that must agree
 */
@SuppressWarnings("ArrayRecordComponent") // a copy per lookup would be waste
public record Cidr(byte[] network, int prefix) {

  /**
   * Parses {@code address/prefix}, or a single literal address.
   *
   * @throws IllegalArgumentException when {@code text} is neither, with what was expected
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    if (!host.matches("[0-9a-fA-F:.]+") || !host.matches(".*[:.].*")) {
      throw new IllegalArgumentException("expected an address block such as 10.0.0.0/8");
    }
    try {
      byte[] network = InetAddress.getByName(host).getAddress();
      int prefix = slash < 0 ? network.length * 8 : Integer.parseInt(text.substring(slash + 1));
      if (prefix < 0 || prefix > network.length * 8) {
        throw new IllegalArgumentException(
            "expected a prefix length from 0 to " + network.length * 8);
      }
      return new Cidr(network, prefix);
    } catch (UnknownHostException | NumberFormatException e) {
      throw new IllegalArgumentException("expected an address block such as 10.0.0.0/8", e);
    }
  }

  /** Whether {@code address} lies in this block; the other family never does. */
  public boolean contains(byte[] address) {
    if (address.length != network.length) {
      return false;
    }
    int whole = prefix / 8;
    for (int i = 0; i < whole; i++) {
      if (address[i] != network[i]) {
        return false;
      }
    }
    int rest = prefix % 8;
    return rest == 0 || ((address[whole] ^ network[whole]) & 0xff) >>> (8 - rest) == 0;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Cidr cidr
        && prefix == cidr.prefix
        && Arrays.equals(network, cidr.network);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(network) + prefix;
  }
}
