package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Value;
import io.holdfast.model.ConnectionAge;
import java.time.Duration;

/** {@code maxConnectionAge} of a service. */
@Shorthand("max")
record AgeConfig(
    @Option(value = "The longest life of a relay.", zero = "relays live as long as they like")
        Duration max,
    @Option(
            value =
                "Up to this much is taken off, by chance, so that clients do not all come back at"
                    + " once. Less than `max`.",
            zero = "all relays live equally long",
            otherwise = "a tenth of `max`")
        Duration jitter) {

  private static final AgeConfig OFF = new AgeConfig(Duration.ZERO, Duration.ZERO);

  static AgeConfig read(Section in, String key) {
    Value value = in.find(key);
    if (value == null) {
      return OFF;
    }
    if (value.isSection()) {
      return value.section(AgeConfig::read);
    }
    Duration max = value.parse(Parsers::durationOrOff, Duration.ZERO);
    return new AgeConfig(max, max.dividedBy(10));
  }

  static AgeConfig read(Section in) {
    Duration max = in.value("max", "off", Parsers::durationOrOff);
    Duration jitter = in.optional("jitter", Parsers::durationOrOff);
    AgeConfig age = new AgeConfig(max, jitter == null ? max.dividedBy(10) : jitter);
    if (max.isPositive() && age.jitter.compareTo(max) >= 0) {
      in.error("jitter", "expected less than max");
    }
    return age;
  }

  ConnectionAge compile() {
    return new ConnectionAge(max, jitter);
  }
}
