package io.holdfast.upstream;

import io.holdfast.model.Backend;
import io.holdfast.model.HeaderEdits;
import io.holdfast.model.HostPolicy;
import io.holdfast.model.Route;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a backend sees of a client's request: the same end-to-end headers, hop-by-hop ones made
 * anew, where it came from, and what the configuration adds and removes.
 */
public final class BackendRequest {
  private static final String REQUEST_ID = "x-request-id";

  private BackendRequest() {}

  /**
   * The head for {@code backend}.
   *
   * @param handshake whether it asks for a WebSocket
   * @param host policy for the {@code Host}
   */
  public static HttpRequest of(
      HttpRequest client,
      ForwardedFor from,
      String requestId,
      Route route,
      HostPolicy host,
      Backend backend,
      boolean handshake) {
    String path = backend.path() + route.rewrite().apply(client.uri());
    HttpRequest request =
        new DefaultHttpRequest(
            HttpVersion.HTTP_1_1,
            client.method(),
            path,
            DefaultHttpHeadersFactory.headersFactory().withValidation(false));
    HttpHeaders headers = request.headers();
    HopByHop.copyEndToEnd(client.headers(), headers);
    String value = host(host, client, backend);
    if (value != null) {
      headers.set(HttpHeaderNames.HOST, value);
    }
    if (handshake) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
      headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
    } else if (client.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    from.writeTo(headers);
    if (!from.trusted() || !headers.contains(REQUEST_ID)) {
      headers.set(REQUEST_ID, requestId);
    }
    edit(headers, route.requestHeaders());
    return request;
  }

  private static @Nullable String host(HostPolicy policy, HttpRequest client, Backend backend) {
    return switch (policy.kind()) {
      case CLIENT -> {
        String sent = client.headers().get(HttpHeaderNames.HOST);
        yield sent == null ? backend.namedAuthority() : sent;
      }
      case BACKEND -> {
        boolean usual = backend.port() == (backend.tls() ? 443 : 80);
        String authority = backend.namedAuthority();
        yield usual ? authority.substring(0, authority.lastIndexOf(':')) : authority;
      }
      case FIXED -> policy.value();
    };
  }

  /** Applies what the configuration asks for. */
  public static void edit(HttpHeaders headers, HeaderEdits edits) {
    edits.remove().forEach(headers::remove);
    for (Map.Entry<String, String> e : edits.set().entrySet()) {
      headers.set(e.getKey(), e.getValue());
    }
    for (Map.Entry<String, String> e : edits.add().entrySet()) {
      headers.add(e.getKey(), e.getValue());
    }
  }
}
