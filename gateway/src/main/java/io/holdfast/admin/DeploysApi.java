package io.holdfast.admin;

import io.holdfast.config.DeployTerms;
import io.holdfast.control.DeployAnswer;
import io.holdfast.control.DeployOrder;
import java.util.Map;

/** Begins deploys, has them rolled back, and tells how they go. */
final class DeploysApi {
  private final GatewayControl control;

  DeploysApi(GatewayControl control) {
    this.control = control;
  }

  Reply list() {
    return Reply.json(200, Map.of("deploys", control.allDeploys()));
  }

  Reply begin(Call call) {
    String service = call.query().get("service");
    String group = call.query().get("group");
    if (service == null || group == null) {
      return Reply.error(
          400,
          "Expected service=NAME and group=NAME; steps=5%,25%,100%, bake=30s, drain=30s and a smoke"
              + " script as the body are optional.");
    }
    DeployOrder order;
    try {
      order =
          new DeployOrder(
              service,
              group,
              DeployTerms.steps(call.query().get("steps")),
              DeployTerms.bake(call.query().get("bake")),
              DeployTerms.drain(call.query().get("drain")),
              DeployTerms.smoke(call.body()));
    } catch (IllegalArgumentException e) {
      return Reply.error(400, String.valueOf(e.getMessage()));
    }
    return switch (control.deploy(order)) {
      case DeployAnswer.Begun begun -> Reply.json(202, begun.deploy());
      case DeployAnswer.Unknown unknown -> Reply.error(404, unknown.why());
      case DeployAnswer.Refused refused -> Reply.error(409, refused.why());
    };
  }

  Reply abort(Call call) {
    String service = call.query().get("service");
    if (service == null) {
      return Reply.error(400, "Expected service=NAME.");
    }
    String not = control.abortDeploy(service);
    return not == null
        ? Reply.json(202, Map.of("service", service, "phase", "rolling_back"))
        : Reply.error(409, not);
  }
}
