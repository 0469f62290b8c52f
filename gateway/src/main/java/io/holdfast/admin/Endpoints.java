package io.holdfast.admin;

import io.holdfast.control.ReloadOutcome;
import io.holdfast.control.ServiceStatus;
import io.holdfast.observe.Meters;
import java.util.List;
import java.util.Map;

/** Which path and method lead where. */
final class Endpoints {

  private static final String CONNECTIONS = "/api/v1/connections";

  private final GatewayControl control;
  private final ConnectionsApi connections;
  private final EventsApi events;
  private final OverridesApi overrides;
  private final RebalanceApi rebalance;
  private final DeploysApi deploys;
  private final HandoverApi handover;
  private final WebSocketHealth webSocketHealth;
  private final Scrape scrape;

  Endpoints(GatewayControl control, Meters meters) {
    this.control = control;
    this.connections = new ConnectionsApi(control);
    this.events = new EventsApi(control);
    this.overrides = new OverridesApi(control);
    this.deploys = new DeploysApi(control);
    this.handover = new HandoverApi(control);
    this.rebalance = new RebalanceApi(control);
    this.webSocketHealth = new WebSocketHealth(control);
    this.scrape = new Scrape(meters);
  }

  Reply answer(Call call) {
    return switch (call.path()) {
      case "/healthz" -> get(call, () -> Reply.json(200, Map.of("status", "alive")));
      case "/readyz" -> get(call, this::readiness);
      case "/health/websocket" -> get(call, webSocketHealth::reply);
      case "/metrics" -> get(call, () -> scrape.reply(call));
      case "/api/v1/services" -> get(call, () -> services(control.services()));
      case CONNECTIONS -> get(call, () -> connections.list(call));
      case "/api/v1/drains" -> get(call, () -> Reply.json(200, Map.of("drains", control.drains())));
      case "/api/v1/events" -> get(call, () -> events.stream(call));
      case "/api/v1/backends/override" -> only(call, "POST", () -> overrides.set(call));
      case "/api/v1/rebalance" -> only(call, "POST", () -> rebalance.set(call));
      case "/api/v1/deploys" ->
          switch (call.method()) {
            case "POST" -> deploys.begin(call);
            case "GET", "HEAD" -> deploys.list();
            default -> only("GET, HEAD, POST");
          };
      case "/api/v1/deploys/abort" -> only(call, "POST", () -> deploys.abort(call));
      case "/api/v1/upgrade" -> only(call, "POST", () -> handover.upgrade(call));
      case "/api/v1/handover/share" -> only(call, "POST", () -> handover.share(call));
      case "/api/v1/handover/leave" -> only(call, "POST", () -> handover.leave(call));
      case "/api/v1/shutdown" -> only(call, "POST", () -> shutdown(call));
      case "/api/v1/reload" -> only(call, "POST", this::reload);
      default -> {
        if (call.path().startsWith(CONNECTIONS + "/")) {
          String id = call.path().substring(CONNECTIONS.length() + 1);
          yield only(call, "DELETE", () -> connections.close(Call.decode(id), call));
        }
        yield Reply.error(404, "There is nothing at " + call.path() + ".");
      }
    };
  }

  private Reply readiness() {
    return control.ready()
        ? Reply.json(200, Map.of("status", "ready"))
        : Reply.json(503, Map.of("status", "not ready", "reason", control.notReadyReason()));
  }

  private static Reply services(List<ServiceStatus> services) {
    return Reply.json(200, Map.of("services", services));
  }

  private Reply shutdown(Call call) {
    try {
      if (call.flag("cancel")) {
        control.cancelShutdown();
        return Reply.json(200, Map.of("state", "stopped"));
      }
      control.shutdown(Paces.of(call));
      return Reply.json(202, Map.of("state", "draining"));
    } catch (NotNow e) {
      return Reply.error(409, String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      return Reply.error(400, String.valueOf(e.getMessage()));
    }
  }

  private Reply reload() {
    return switch (control.reload()) {
      case ReloadOutcome.Applied applied -> Reply.json(200, applied);
      case ReloadOutcome.Refused refused ->
          Reply.json(
              422,
              Map.of(
                  "error",
                  "The configuration has errors; the old one stays in force.",
                  "errors",
                  refused.errors()));
    };
  }

  private static Reply get(Call call, Endpoint endpoint) {
    return call.method().equals("HEAD") ? endpoint.reply() : only(call, "GET", endpoint);
  }

  private static Reply only(Call call, String method, Endpoint endpoint) {
    if (call.method().equals(method)) {
      return endpoint.reply();
    }
    return only(method.equals("GET") ? "GET, HEAD" : method);
  }

  private static Reply only(String allowed) {
    return Reply.error(405, "Only " + allowed + " works here.").with(Map.of("Allow", allowed));
  }

  private interface Endpoint {
    Reply reply();
  }
}
