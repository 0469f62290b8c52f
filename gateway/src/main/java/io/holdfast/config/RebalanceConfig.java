package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Rate;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Share;
import io.holdfast.model.RebalancePolicy;
import java.time.Duration;

/** {@code rebalance} of a service. */
record RebalanceConfig(
    @Option(
            "Whether relays are spread anew by itself when a backend has joined or come back. By"
                + " hand: `holdfast rebalance`.")
        boolean auto,
    @Option("By which share a backend may have more relays than its weight entitles it to.")
        Share tolerance,
    @Option("Relays that are moved a second; without `migration: { mode: live }` they are ended.")
        Rate rate,
    @Option(
            "For how long a backend must have been up. One that comes and goes more often moves"
                + " nobody.")
        Duration after) {

  static RebalanceConfig read(Section in) {
    return new RebalanceConfig(
        in.value("auto", "false", Parsers::flag),
        in.value("tolerance", "10%", Parsers::share),
        in.value("rate", "50/s", Parsers::rate),
        in.value("after", "30s", Parsers::durationOrOff));
  }

  RebalancePolicy compile() {
    return new RebalancePolicy(auto, tolerance.fraction(), rate.perSecond(), after);
  }
}
