package io.holdfast.admin;

import io.holdfast.balance.Standing;
import io.holdfast.control.OverrideOutcome;
import java.util.Map;

/** Has operators say that a backend is up, down or to be drained, or nothing any more. */
final class OverridesApi {
  private static final Map<String, Standing.Word> WORDS =
      Map.of(
          "up", Standing.Word.UP,
          "down", Standing.Word.DOWN,
          "drain", Standing.Word.DRAIN,
          "soft_drain", Standing.Word.SOFT_DRAIN,
          "clear", Standing.Word.NONE);

  private final GatewayControl control;

  OverridesApi(GatewayControl control) {
    this.control = control;
  }

  Reply set(Call call) {
    String backend = call.query().get("backend");
    Standing.Word word = WORDS.get(call.query().getOrDefault("override", ""));
    if (backend == null || word == null) {
      return Reply.error(
          400,
          "Expected backend=ADDRESS and override=up, down, drain, soft_drain or clear; service=NAME"
              + " is optional.");
    }
    String service = call.query().get("service");
    OverrideOutcome outcome = control.override(backend, service, word);
    return outcome.backends().isEmpty()
        ? Reply.error(
            404,
            "There is no backend "
                + backend
                + (service == null ? "" : " in a service " + service)
                + "; /api/v1/services lists all.")
        : Reply.json(200, outcome);
  }
}
