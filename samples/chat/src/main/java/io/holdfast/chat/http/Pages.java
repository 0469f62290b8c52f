package io.holdfast.chat.http;

import io.holdfast.chat.observe.PrometheusMeters;
import io.holdfast.chat.session.Node;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.lang.management.ManagementFactory;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/** What is at which path. */
record Pages(Node node, PrometheusMeters meters, MetricsAccess access) {
  private static final String JSON = "application/json";

  Page at(String path, FullHttpRequest request, @Nullable SocketAddress from) {
    return switch (path) {
      case "/health" -> health();
      case "/metric" -> Page.of("text/plain; charset=utf-8", node.connections() + "\n");
      case "/metrics" ->
          access.mayRead(request.headers(), from)
              ? new Page(
                  HttpResponseStatus.OK, "text/plain; version=0.0.4; charset=utf-8", meters.text())
              : Page.error(
                  HttpResponseStatus.FORBIDDEN,
                  "Metrics are for who knows the token, or asks from this machine.");
      default -> Page.error(HttpResponseStatus.NOT_FOUND, "Nothing is here.");
    };
  }

  private Page health() {
    boolean draining = node.draining();
    String json =
        JsonNodeFactory.instance
            .objectNode()
            .put("status", draining ? "draining" : "healthy")
            .put("node", node.name())
            .put("connections", node.connections())
            .put("maxConnections", node.care().connections())
            .put("uptime", ManagementFactory.getRuntimeMXBean().getUptime() / 1000)
            .toString();
    Page page = Page.of(JSON, json);
    return draining ? new Page(HttpResponseStatus.SERVICE_UNAVAILABLE, JSON, page.content()) : page;
  }
}
