package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Share;
import io.holdfast.model.Ejection;
import java.time.Duration;

/** {@code ejection} of a service. */
record EjectionConfig(
    @Option(
            value =
                "Failures in a row that take a backend out: of dials and of handshakes (not answered"
                    + " in time, wrongly or with 5xx), or of relays (broken off, or without Pongs).",
            zero = "never")
        int failures,
    @Option(
            value =
                "A handshake that has waited this long, with two others beside it and while the"
                    + " backend answered nobody, is tried on another one and counts as failed. The"
                    + " one that tries an ejected backend waits three times as long.",
            zero = "it waits for `timeouts.handshake`")
        Duration silence,
    @Option("How long a backend is out the first time. It doubles with each repeat.") Duration time,
    @Option("The longest time. After as long without, the next is the first again.")
        Duration maxTime,
    @Option(
            value =
                "Share of the backends that take new clients that may be out at once, for whatever"
                    + " reason.",
            zero = "none is ever out")
        Share maxEjected) {

  static EjectionConfig read(Section in) {
    EjectionConfig ejection =
        new EjectionConfig(
            in.value("failures", "5", Parsers.number(0, 1_000_000)),
            in.value("silence", "1s", Parsers::durationOrOff),
            in.value("time", "10s", Parsers::duration),
            in.value("maxTime", "5m", Parsers::duration),
            in.value("maxEjected", "50%", Parsers::share));
    if (ejection.maxTime.compareTo(ejection.time) < 0) {
      in.error("maxTime", "expected at least time");
    }
    return ejection;
  }

  Ejection compile() {
    return new Ejection(failures, silence, time, maxTime, maxEjected.fraction());
  }
}
