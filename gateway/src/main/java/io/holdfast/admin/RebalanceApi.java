package io.holdfast.admin;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Has a service's relays spread anew, or stops that. */
final class RebalanceApi {
  private final GatewayControl control;

  RebalanceApi(GatewayControl control) {
    this.control = control;
  }

  Reply set(Call call) {
    String service = call.query().get("service");
    if (service == null) {
      return Reply.error(400, "Expected service=NAME; rate=N and cancel=true are optional.");
    }
    try {
      String rate = call.query().get("rate");
      return call.flag("cancel")
          ? stop(service)
          : begin(service, rate == null ? null : Paces.number("rate", rate));
    } catch (IllegalArgumentException e) {
      return Reply.error(400, String.valueOf(e.getMessage()));
    }
  }

  private Reply stop(String service) {
    return control.stopRebalance(service)
        ? Reply.json(200, Map.of("service", service, "state", "stopped"))
        : Reply.error(
            404, "No rebalancing of a service " + service + " is under way; nothing was stopped.");
  }

  private Reply begin(String service, @Nullable Double rate) {
    return control.rebalance(service, rate)
        ? Reply.json(202, Map.of("service", service, "state", "running"))
        : Reply.error(
            404,
            "There is no service "
                + service
                + " that can be rebalanced: expected one of /api/v1/services that a route leads to,"
                + " with a backend that is up, and that chooses by no key.");
  }
}
