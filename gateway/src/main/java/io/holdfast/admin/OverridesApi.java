package io.holdfast.admin;

import static java.util.Objects.requireNonNull;

import io.holdfast.balance.Standing;
import io.holdfast.balance.State;
import io.holdfast.control.BackendStatus;
import io.holdfast.control.OverrideOutcome;
import io.holdfast.control.ServiceStatus;
import io.holdfast.lifecycle.Pace;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
    String group = call.query().get("group");
    String service = call.query().get("service");
    Standing.Word word = WORDS.get(call.query().getOrDefault("override", ""));
    boolean named = group == null ? backend != null : backend == null && service != null;
    if (!named || word == null) {
      return Reply.error(
          400,
          "Expected override=up, down, drain, soft_drain or clear, and backend=ADDRESS (service=NAME"
              + " is optional) or service=NAME and group=NAME.");
    }
    Pace pace;
    try {
      pace = Paces.of(call);
    } catch (IllegalArgumentException e) {
      return Reply.error(400, String.valueOf(e.getMessage()));
    }
    if (pace != null && word != Standing.Word.DRAIN) {
      return Reply.error(400, "rate and deadline are for override=drain alone.");
    }
    boolean cancels;
    try {
      cancels = call.flag("cancel");
    } catch (IllegalArgumentException e) {
      return Reply.error(400, String.valueOf(e.getMessage()));
    }
    if (cancels && word != Standing.Word.DOWN) {
      return Reply.error(400, "cancel is for override=down alone.");
    }
    if (cancels && !drains(backend, service, group)) {
      return Reply.error(
          404,
          (group == null ? "No backend " + backend : "No group " + group)
              + (service == null ? "" : " of a service " + service)
              + " drains; nothing was changed.");
    }
    OverrideOutcome outcome =
        group == null || service == null
            ? control.override(requireNonNull(backend), service, word, pace)
            : control.overrideGroup(service, group, word, pace);
    return outcome.backends().isEmpty()
        ? Reply.error(
            404,
            (group == null ? "There is no backend " + backend : "There is no group " + group)
                + (service == null ? "" : " in a service " + service)
                + "; /api/v1/services lists all.")
        : Reply.json(200, outcome);
  }

  /** Whether an operator wants it empty, or a drain of it runs for another reason. */
  private boolean drains(
      @Nullable String backend, @Nullable String service, @Nullable String group) {
    for (ServiceStatus one : control.services()) {
      if (service != null && !service.equals(one.name())) {
        continue;
      }
      for (BackendStatus its : one.backends()) {
        String address = its.address();
        boolean named =
            backend == null
                ? Objects.equals(group, its.group())
                : address.equals(backend) || address.endsWith("://" + backend);
        if (named
            && (its.state().equals(State.DRAINING.word()) || isDrained(one.name(), address))) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isDrained(String service, String address) {
    return control.drains().stream()
        .anyMatch(d ->
            d.service().equals(service)
                && address.equals(d.backend())
                && d.state().equals("running"));
  }
}
