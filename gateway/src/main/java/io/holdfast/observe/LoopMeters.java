package io.holdfast.observe;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.model.snapshots.Unit;

/** The meters of one event loop. Thread-safe, though only that loop is expected to call. */
public final class LoopMeters {

  private final DistributionDataPoint delay;

  LoopMeters(DistributionDataPoint delay) {
    this.delay = delay;
  }

  /** One observation of how much later than due a task ran. */
  public void delay(long nanos) {
    delay.observe(Unit.nanosToSeconds(nanos));
  }
}
