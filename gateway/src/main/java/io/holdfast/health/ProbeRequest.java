package io.holdfast.health;

import io.holdfast.model.Backend;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** The head of what probes ask. */
final class ProbeRequest {
  private ProbeRequest() {}

  /**
   * A head without what is special to one kind.
   *
   * @param path behind the backend's own
   * @param host null for the backend's host and port by the configuration
   */
  static HttpRequest of(HttpMethod method, Backend backend, String path, @Nullable String host) {
    HttpRequest request =
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, backend.path() + path);
    request
        .headers()
        .set(HttpHeaderNames.HOST, host == null ? backend.namedAuthority() : host)
        .set(HttpHeaderNames.USER_AGENT, "holdfast-probe");
    return request;
  }
}
