package io.holdfast.observe;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Deploys. */
final class DeployMeters {
  private final Counter deploys;
  private final Gauge running;

  DeployMeters(PrometheusRegistry registry) {
    deploys =
        Metric.counter(
            registry,
            "holdfast_deploys_total",
            "Deploys that are over, by how they ended.",
            "service",
            "outcome");
    running =
        Metric.gauge(
            registry, "holdfast_deploys_running", "Deploys that are under way.", "service");
  }

  void deployed(String service, String outcome) {
    deploys.labelValues(service, outcome).inc();
  }

  void deploying(String service, boolean runs) {
    running.labelValues(service).set(runs ? 1 : 0);
  }
}
