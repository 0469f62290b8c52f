package io.holdfast.loadtest.wire;

import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where and how to connect.
 *
 * @param url what is asked for
 * @param addresses what its host resolved to; each is tried in turn until one connects
 * @param tls for {@code wss} URLs
 * @param headers additional request fields; {@code Host} and {@code Origin} may be among them
 * @param subprotocols offered in this order
 * @param compress whether permessage-deflate is offered (RFC 7692)
 * @param timeout for the connect, and again for TLS and the handshake
 */
public record DialOptions(
    WebSocketUrl url,
    List<InetSocketAddress> addresses,
    @Nullable SslContext tls,
    List<Map.Entry<String, String>> headers,
    List<String> subprotocols,
    boolean compress,
    Duration timeout) {

  public DialOptions {
    addresses = List.copyOf(addresses);
    headers = List.copyOf(headers);
    subprotocols = List.copyOf(subprotocols);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("no address to connect to");
    }
  }

  /** The same for another path and query. */
  public DialOptions withTarget(String target) {
    return new DialOptions(
        url.withTarget(target), addresses, tls, headers, subprotocols, compress, timeout);
  }
}
