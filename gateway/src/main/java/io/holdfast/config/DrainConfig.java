package io.holdfast.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Rate;
import io.holdfast.config.source.Section;
import io.holdfast.model.Drain;
import io.holdfast.model.OnUnhealthy;
import io.holdfast.websocket.CloseCode;
import io.holdfast.websocket.ControlFrames;
import java.time.Duration;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** {@code drain} of a service. */
record DrainConfig(
    @Option(
            value =
                "All relays have got their Close by then, or their move has begun; what a `rate` has"
                    + " left over goes at once. A move that has begun may take `settle.atMost`"
                    + " and several times the `timeout` of `migration` more.",
            zero = "all relays end at once")
        Duration deadline,
    @Option(
            value =
                "Relays that are ended a second. A warning says when rate × deadline is less than"
                    + " the connections that `limits` allow.",
            otherwise = "evenly spread over `deadline`, ten a second at least")
        @Nullable Rate rate,
    @Option(
            "Code of the Close frame: 1000 to 1003, 1007 to 1014, or 3000 to 4999. 1012 (service"
                + " restart) tells most clients to come back.")
        int code,
    @Option(
            value = "Reason in the Close frame, at most 123 bytes.",
            otherwise = "what ends the relay, such as `backend drains`")
        @Nullable String reason,
    @Option(
            value =
                "What becomes of the relays of a backend whose probes fail: `move` takes them to"
                    + " other backends, `leave` leaves them, `close` ends them with `code`.",
            otherwise = "`move` with `migration: { mode: live }`, else `leave`")
        @Nullable OnUnhealthy onUnhealthy) {

  static DrainConfig read(Section in, LimitsConfig limits) {
    DrainConfig drain =
        new DrainConfig(
            in.value("deadline", "30s", Parsers::durationOrOff),
            in.optional("rate", Parsers::rate),
            in.value("code", "1012", DrainConfig::code),
            in.optional("reason", DrainConfig::reason),
            in.optional("onUnhealthy", Parsers.oneOf(OnUnhealthy.class)));
    drain.check(in, limits);
    return drain;
  }

  private void check(Section in, LimitsConfig limits) {
    if (rate == null) {
      return;
    }
    if (deadline.isZero()) {
      in.error("rate", "has no use with deadline: off, which ends all at once");
      return;
    }
    double paced = rate.perSecond() * deadline.toMillis() / 1000;
    if (paced < limits.connections().given()) {
      in.warning(
          "rate",
          "rate × deadline is %.0f relays, and limits.connections allows %d;"
                  .formatted(paced, limits.connections().given())
              + " the rest ends at once at the deadline");
    }
  }

  static int code(String text) {
    if (text.matches("\\d{4}") && CloseCode.isSendable(Integer.parseInt(text))) {
      return Integer.parseInt(text);
    }
    throw new IllegalArgumentException(
        "expected a close code from 1000 to 1003, 1007 to 1014 or 3000 to 4999");
  }

  private static String reason(String text) {
    if (!text.isEmpty() && text.getBytes(UTF_8).length <= ControlFrames.MAX_REASON) {
      return text;
    }
    throw new IllegalArgumentException("expected a text of 1 to 123 bytes in UTF-8");
  }

  Drain compile(boolean moves) {
    return new Drain(
        deadline,
        rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate.perSecond()),
        code,
        reason,
        onUnhealthy != null ? onUnhealthy : moves ? OnUnhealthy.MOVE : OnUnhealthy.LEAVE);
  }
}
