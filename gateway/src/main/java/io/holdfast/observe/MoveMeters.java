package io.holdfast.observe;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Relays that go to another backend while their clients notice nothing. */
final class MoveMeters {
  private final Counter moves;
  private final Histogram settle;
  private final Histogram stall;
  private final Counter immovable;
  private final Counter drained;
  private final Gauge toDrain;
  private final Gauge timeToDrain;

  MoveMeters(PrometheusRegistry registry) {
    moves =
        Metric.counter(
            registry,
            "holdfast_moves_total",
            "Moves of relays to other backends that are over, by why they were made and what became"
                + " of them.",
            "service",
            "resume",
            "outcome");
    settle =
        Metric.requestSeconds(
            registry,
            "holdfast_move_settle_seconds",
            "For how long a planned move waited for silence before it held the client.",
            "service");
    stall =
        Metric.delaySeconds(
            registry,
            "holdfast_move_stall_seconds",
            "For how long a client was held in a move.",
            "service");
    immovable =
        Metric.counter(
            registry,
            "holdfast_relays_immovable_total",
            "Relays that cannot be moved since their backend insists on compression with a context.",
            "service");
    drained =
        Metric.counter(
            registry,
            "holdfast_drained_relays_total",
            "What became of relays that drains and rebalancings were to take away.",
            "service",
            "outcome");
    toDrain =
        Metric.gauge(
            registry,
            "holdfast_relays_to_drain",
            "Relays that drains and rebalancings have still to take away.",
            "service");
    timeToDrain =
        Metric.gauge(
            registry,
            "holdfast_drain_time_to_go_seconds",
            "How long drains and rebalancings still take by their pace.",
            "service");
  }

  void drained(String service, String outcome) {
    drained.labelValues(service, outcome).inc();
  }

  void toDrain(String service, int count, double seconds) {
    toDrain.labelValues(service).set(count);
    timeToDrain.labelValues(service).set(seconds);
  }

  void move(String service, String resume, String outcome, long settleNanos, long stallNanos) {
    moves.labelValues(service, resume, outcome).inc();
    if (settleNanos > 0) {
      settle.labelValues(service).observe(settleNanos / 1e9);
    }
    if (stallNanos > 0) {
      stall.labelValues(service).observe(stallNanos / 1e9);
    }
  }

  void immovable(String service) {
    immovable.labelValues(service).inc();
  }
}
