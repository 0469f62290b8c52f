package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.model.Shutdown;
import java.time.Duration;

/** {@code shutdown}. */
record ShutdownConfig(
    @Option(
            value =
                "How long `/readyz` says 503 while everything else still works, so that balancers"
                    + " in front stop sending clients before we refuse them.",
            zero = "listeners close at once")
        Duration readinessDelay,
    @Option(
            value =
                "From the end of the delay to the end of the last relay; relays are closed with"
                    + " 1001, spread over it,"
                    + " ten a second at least.",
            zero = "all relays end at once")
        Duration deadline) {

  static ShutdownConfig read(Section in) {
    return new ShutdownConfig(
        in.value("readinessDelay", "2s", Parsers::durationOrOff),
        in.value("deadline", "30s", Parsers::durationOrOff));
  }

  Shutdown compile() {
    return new Shutdown(readinessDelay, deadline);
  }
}
