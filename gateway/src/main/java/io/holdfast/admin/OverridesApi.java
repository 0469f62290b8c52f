package io.holdfast.admin;

import io.holdfast.balance.Standing;
import io.holdfast.control.OverrideOutcome;
import io.holdfast.lifecycle.Pace;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
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

  /** What the call says of a drain's pace; null when it says nothing. */
  private static @Nullable Pace pace(Call call, Standing.Word word) {
    String rate = call.query().get("rate");
    String deadline = call.query().get("deadline");
    if (rate == null && deadline == null) {
      return null;
    }
    if (word != Standing.Word.DRAIN) {
      throw new IllegalArgumentException("rate and deadline are for override=drain alone.");
    }
    return new Pace(
        deadline == null ? Pace.FOR_EVER : seconds("deadline", deadline),
        rate == null ? OptionalDouble.empty() : OptionalDouble.of(number("rate", rate)));
  }

  private static Duration seconds(String name, String text) {
    return Duration.ofMillis(Math.round(number(name, text) * 1000));
  }

  static double number(String name, String text) {
    if (!text.matches("\\d{1,6}(\\.\\d{1,3})?") || Double.parseDouble(text) == 0) {
      throw new IllegalArgumentException(
          name
              + " is "
              + text
              + "; expected a number above 0, such as 30: seconds for deadline, relays a second for"
              + " rate.");
    }
    return Double.parseDouble(text);
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
    Pace pace;
    try {
      pace = pace(call, word);
    } catch (IllegalArgumentException e) {
      return Reply.error(400, String.valueOf(e.getMessage()));
    }
    OverrideOutcome outcome = control.override(backend, service, word, pace);
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
