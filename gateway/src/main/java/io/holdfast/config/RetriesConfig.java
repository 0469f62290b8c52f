package io.holdfast.config;

import io.holdfast.config.source.Parser;
import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Share;
import io.holdfast.config.source.Value;
import io.holdfast.model.Retries;

/** {@code retries} of a service. */
@Shorthand("max")
record RetriesConfig(
    @Option(value = "Tries of other backends beside the first.", zero = "no other is tried")
        int max,
    @Option(
            value =
                "Retries after bytes were sent, as a share of requests, so that a service in"
                    + " trouble is not given more of it. A failed dial sent nothing and is not"
                    + " counted.",
            zero = "only `minPerSecond` allows any")
        Share budget,
    @Option(
            value = "Retries a second that are always allowed, so that quiet services retry too.",
            zero = "only the budget allows any")
        int minPerSecond) {

  private static final Parser<Integer> MAX = Parsers.number(0, 100);

  static RetriesConfig read(Section in, String key) {
    Value value = in.find(key);
    if (value == null || value.isSection()) {
      return in.section(key, RetriesConfig::read);
    }
    RetriesConfig rest = Section.ofDefaults(RetriesConfig::read);
    return new RetriesConfig(value.parse(MAX, rest.max), rest.budget, rest.minPerSecond);
  }

  static RetriesConfig read(Section in) {
    return new RetriesConfig(
        in.value("max", "2", MAX),
        in.value("budget", "20%", Parsers::share),
        in.value("minPerSecond", "10", Parsers.number(0, 1_000_000)));
  }

  Retries compile() {
    return new Retries(max, budget.fraction(), minPerSecond);
  }
}
