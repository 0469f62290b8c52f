package io.holdfast.admin;

import static java.util.Objects.requireNonNull;

import io.holdfast.balance.Standing;
import io.holdfast.balance.State;
import io.holdfast.control.BackendStatus;
import io.holdfast.control.OverrideOutcome;
import io.holdfast.control.ServiceStatus;
import io.holdfast.lifecycle.Pace;
import java.util.ArrayList;
import java.util.List;
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
    if (cancels) {
      return cancel(backend, service, group);
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

  /** Says {@code down} of those alone that drain. */
  private Reply cancel(@Nullable String backend, @Nullable String service, @Nullable String group) {
    List<OverrideOutcome.Said> said = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (ServiceStatus one : control.services()) {
      if (service != null && !service.equals(one.name())) {
        continue;
      }
      List<BackendStatus> its =
          one.backends().stream().filter(b -> isNamed(b, backend, group)).toList();
      List<BackendStatus> draining = its.stream().filter(b -> drains(one.name(), b)).toList();
      List<OverrideOutcome> outcomes =
          group != null && !its.isEmpty() && its.equals(draining)
              ? List.of(control.overrideGroup(one.name(), group, Standing.Word.DOWN, null))
              : draining.stream()
                  .map(b -> control.override(b.address(), one.name(), Standing.Word.DOWN, null))
                  .toList();
      outcomes.forEach(outcome -> {
        said.addAll(outcome.backends());
        warnings.addAll(outcome.warnings());
      });
    }
    return said.isEmpty()
        ? Reply.error(
            404,
            (group == null ? "No backend " + backend : "No group " + group)
                + (service == null ? "" : " of a service " + service)
                + " drains; nothing was changed.")
        : Reply.json(200, new OverrideOutcome(said, warnings));
  }

  private static boolean isNamed(
      BackendStatus one, @Nullable String backend, @Nullable String group) {
    if (backend == null) {
      return Objects.equals(group, one.group());
    }
    String address = one.address();
    String[] parts = address.split("/", 4); // as in ws://10.0.0.1:8000/app
    return address.equals(backend) || (parts.length > 2 && parts[2].equals(backend));
  }

  /** Whether an operator wants it empty, or a drain of it runs for another reason. */
  private boolean drains(String service, BackendStatus one) {
    return one.state().equals(State.DRAINING.word())
        || control.drains().stream()
            .anyMatch(d ->
                d.service().equals(service)
                    && one.address().equals(d.backend())
                    && d.state().equals("running"));
  }
}
