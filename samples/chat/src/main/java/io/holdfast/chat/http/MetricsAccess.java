package io.holdfast.chat.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Who may read metrics: who knows the token, or who asks from this machine itself. A gateway on
 * this machine does not, for it says for whom it asks.
 *
 * @param token null for none
 */
public record MetricsAccess(@Nullable String token) {

  boolean mayRead(HttpHeaders headers, @Nullable SocketAddress from) {
    String given = headers.get(HttpHeaderNames.AUTHORIZATION, "");
    if (token != null
        && MessageDigest.isEqual(given.getBytes(UTF_8), ("Bearer " + token).getBytes(UTF_8))) {
      return true;
    }
    return from instanceof InetSocketAddress address
        && address.getAddress().isLoopbackAddress()
        && !headers.contains("X-Forwarded-For")
        && !headers.contains("Forwarded");
  }
}
