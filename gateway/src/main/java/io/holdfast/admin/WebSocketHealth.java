package io.holdfast.admin;

import io.holdfast.model.PathPattern;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers {@code /health/websocket}, for front ends that look before they connect. {@code features}
 * holds only what is true of the configuration in force, so a missing one is a false one.
 */
final class WebSocketHealth {

  private final GatewayControl control;

  WebSocketHealth(GatewayControl control) {
    this.control = control;
  }

  Reply reply() {
    boolean ready = control.ready();
    Snapshot snapshot = control.snapshot();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", ready ? "healthy" : "unhealthy");
    body.put("websocket", ready ? "available" : "unavailable");
    body.put("endpoint", endpoint(snapshot));
    body.put("features", features(snapshot.services().values()));
    return Reply.json(ready ? 200 : 503, body);
  }

  /** Where the only route begins; of several, none is the endpoint more than the others. */
  private static String endpoint(Snapshot snapshot) {
    return snapshot.routes().size() == 1
        ? fixedPart(snapshot.routes().getFirst().match().path())
        : "/";
  }

  private static String fixedPart(PathPattern path) {
    List<String> fixed = path.segments().stream().takeWhile(s -> !s.startsWith("*")).toList();
    return "/" + String.join("/", fixed);
  }

  private static Map<String, Boolean> features(Collection<Service> services) {
    Map<String, Boolean> features = new LinkedHashMap<>();
    if (services.stream().anyMatch(service -> service.keepalive().ping().isPositive())) {
      features.put("heartbeat", true);
    }
    if (services.stream().anyMatch(service -> service.affinity() != null)) {
      features.put("stickySession", true);
    }
    if (services.stream().anyMatch(service -> service.retries().max() > 0)) {
      features.put("failover", true);
    }
    features.put("connectionDraining", true);
    return features;
  }
}
