package io.holdfast.config;

import io.holdfast.config.source.Section;
import io.holdfast.model.Probe;
import java.time.Duration;

/** {@code tcp} of a service's {@code health}. */
record TcpProbeConfig(
    @Option(ProbeTiming.INTERVAL) Duration interval,
    @Option(ProbeTiming.DOWN_INTERVAL) Duration downInterval,
    @Option(ProbeTiming.TIMEOUT) Duration timeout,
    @Option(ProbeTiming.FALL) int fall,
    @Option(ProbeTiming.RISE) int rise) {

  static TcpProbeConfig read(Section in) {
    ProbeTiming timing = ProbeTiming.read(in);
    return new TcpProbeConfig(
        timing.interval(), timing.downInterval(), timing.timeout(), timing.fall(), timing.rise());
  }

  Probe compile() {
    return new ProbeTiming(interval, downInterval, timeout, fall, rise).probe(new Probe.Tcp());
  }
}
