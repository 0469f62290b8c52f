package io.holdfast.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An address that is accepted on. Two listeners are the same listener over a reload when their
 * {@code host} and {@code port} are equal.
 *
 * @param host name or literal address; {@code 0.0.0.0} or {@code ::} for all
 * @param port 0 for any free one
 * @param tls certificate to serve, or null for plain text
 * @param trustedProxies peers whose {@code X-Forwarded-*} and {@code Forwarded} are appended to;
 *     everybody else's are replaced
 */
public record Listener(
    String host, int port, @Nullable ListenerTls tls, List<Cidr> trustedProxies) {

  public Listener {
    trustedProxies = List.copyOf(trustedProxies);
  }

  /** The same at another port. */
  public Listener at(int other) {
    return new Listener(host, other, tls, trustedProxies);
  }

  /** Whether {@code address} (4 or 16 bytes) is a proxy whose forwarding headers are believed. */
  public boolean trusts(byte[] address) {
    for (Cidr cidr : trustedProxies) {
      if (cidr.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
