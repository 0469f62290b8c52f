package io.holdfast.observe;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/** How backends do. */
final class BackendMeters {

  private final Counter backendFailures;
  private final Counter stateChanges;
  private final Counter loadReports;

  BackendMeters(PrometheusRegistry registry) {
    backendFailures =
        Metric.counter(
            registry,
            "holdfast_backend_failures_total",
            "Failed tries by backend and reason.",
            "service",
            "backend",
            "reason");
    stateChanges =
        Metric.counter(
            registry,
            "holdfast_backend_state_changes_total",
            "Changes of a backend's state, by what it became.",
            "service",
            "backend",
            "state");
    loadReports =
        Metric.counter(
            registry,
            "holdfast_backend_load_reports_total",
            "Times that a backend was asked for its load, by whether it told.",
            "service",
            "backend",
            "result");
  }

  /** Tells no more of a backend that does not come back. */
  void forget(String service, String backend) {
    for (Counter counter : List.of(backendFailures, stateChanges, loadReports)) {
      counter.removeIf(labels -> labels.get(0).equals(service) && labels.get(1).equals(backend));
    }
  }

  void backendFailure(String service, String backend, String reason) {
    backendFailures.labelValues(service, backend, reason).inc();
  }

  void stateChange(String service, String backend, String state) {
    stateChanges.labelValues(service, backend, state).inc();
  }

  void loadReport(String service, String backend, boolean success) {
    loadReports.labelValues(service, backend, success ? "success" : "failure").inc();
  }
}
