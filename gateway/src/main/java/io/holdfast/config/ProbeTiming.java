package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.model.Probe;
import java.time.Duration;

/** When probes of any kind come, and how many of them count. */
record ProbeTiming(Duration interval, Duration downInterval, Duration timeout, int fall, int rise) {
  static final String INTERVAL =
      "Between two probes of a backend that is up, a tenth more or less so that they spread.";
  static final String DOWN_INTERVAL =
      "The same while it is down, so that it is back soon after it has recovered.";
  static final String TIMEOUT = "Of one probe as a whole. The next begins after it has ended.";
  static final String FALL =
      "Failures in a row that make a backend down. The first probe of all counts alone.";
  static final String RISE = "Successes in a row that make it up again.";

  static ProbeTiming read(Section in) {
    return new ProbeTiming(
        in.value("interval", "10s", Parsers::duration),
        in.value("downInterval", "2s", Parsers::duration),
        in.value("timeout", "2s", Parsers::duration),
        in.value("fall", "3", Parsers.number(1, 1000)),
        in.value("rise", "2", Parsers.number(1, 1000)));
  }

  Probe probe(Probe.Check check) {
    return new Probe(check, interval, downInterval, timeout, fall, rise);
  }
}
