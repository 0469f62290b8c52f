package io.holdfast.chat.http;

import io.holdfast.chat.observe.PrometheusMeters;
import io.holdfast.chat.session.Node;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.lang.management.ManagementFactory;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What is at which path. */
record Pages(Node node, PrometheusMeters meters, MetricsAccess access) {
  private static final String JSON = "application/json";

  Page at(String path, FullHttpRequest request, @Nullable SocketAddress from) {
    return switch (path) {
      case "/health" -> health();
      case "/health/websocket" -> webSocketHealth();
      case "/metric" ->
          Page.of(HttpResponseStatus.OK, "text/plain; charset=utf-8", node.connections() + "\n");
      case "/metrics" ->
          access.mayRead(request.headers(), from)
              ? Page.of("text/plain; version=0.0.4; charset=utf-8", meters.text())
              : Page.error(
                  HttpResponseStatus.FORBIDDEN,
                  "Metrics are for who knows the token, or asks from this machine.");
      default -> {
        Page file = Client.at(path);
        yield file == null ? Page.error(HttpResponseStatus.NOT_FOUND, "Nothing is here.") : file;
      }
    };
  }

  /** What clients and monitors ask for who look for Socket.IO. */
  private Page webSocketHealth() {
    boolean draining = node.draining();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("status", draining ? "draining" : "healthy")
            .put("websocket", draining ? "unavailable" : "available")
            .put("endpoint", "/chat");
    json.putObject("features")
        .put("heartbeat", true)
        .put("stickySession", true)
        .put("authentication", true)
        .put("widgetSupport", true)
        .put("reconnection", true);
    return healthOf(json);
  }

  private Page health() {
    return healthOf(
        JsonNodeFactory.instance
            .objectNode()
            .put("status", node.draining() ? "draining" : "healthy")
            .put("node", node.name())
            .put("connections", node.connections())
            .put("maxConnections", node.care().connections())
            .put("uptime", ManagementFactory.getRuntimeMXBean().getUptime() / 1000));
  }

  private Page healthOf(ObjectNode json) {
    return Page.of(
        node.draining() ? HttpResponseStatus.SERVICE_UNAVAILABLE : HttpResponseStatus.OK,
        JSON,
        json.toString());
  }
}
