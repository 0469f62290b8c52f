package io.holdfast.observe;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;

/** Handshakes, HTTP exchanges, and what it took to find a backend for them. */
final class HandshakeMeters {

  private final Counter handshakes;
  private final Histogram handshakeSeconds;
  private final Counter exchanges;
  private final Histogram exchangeSeconds;
  private final Counter retries;
  private final Counter waits;

  HandshakeMeters(PrometheusRegistry registry) {
    handshakes =
        Metric.counter(
            registry,
            "holdfast_handshakes_total",
            "WebSocket handshakes by outcome.",
            "service",
            "outcome");
    handshakeSeconds =
        Metric.requestSeconds(
            registry,
            "holdfast_handshake_duration_seconds",
            "Time from a handshake's head to the answer to the client.",
            "service");
    exchanges =
        Metric.counter(
            registry,
            "holdfast_http_exchanges_total",
            "HTTP exchanges that are not WebSocket, by class of status.",
            "service",
            "status");
    exchangeSeconds =
        Metric.requestSeconds(
            registry,
            "holdfast_http_exchange_duration_seconds",
            "Time from a request's head to the end of its response.",
            "service");
    waits =
        Metric.counter(
            registry,
            "holdfast_handshakes_paced_total",
            "WebSocket handshakes that had to wait for their turn.",
            "service");
    retries =
        Metric.counter(
            registry,
            "holdfast_retries_total",
            "Tries on another backend, by why the one before failed.",
            "service",
            "reason");
  }

  void waits(String service) {
    waits.labelValues(service).inc();
  }

  /** Makes the series of a service exist at zero, so that rates count from the first event on. */
  void expect(String service) {
    for (HandshakeOutcome outcome : HandshakeOutcome.values()) {
      handshakes.initLabelValues(service, outcome.label());
    }
    handshakeSeconds.initLabelValues(service);
  }

  void handshake(String service, HandshakeOutcome outcome, long nanos) {
    handshakes.labelValues(service, outcome.label()).inc();
    handshakeSeconds.labelValues(service).observe(Unit.nanosToSeconds(nanos));
  }

  void exchange(String service, int status, long nanos) {
    exchanges.labelValues(service, statusClass(status)).inc();
    exchangeSeconds.labelValues(service).observe(Unit.nanosToSeconds(nanos));
  }

  void retry(String service, String reason) {
    retries.labelValues(service, reason).inc();
  }

  private static String statusClass(int status) {
    return switch (status / 100) {
      case 1 -> "1xx";
      case 2 -> "2xx";
      case 3 -> "3xx";
      case 4 -> "4xx";
      case 5 -> "5xx";
      default -> "other";
    };
  }
}
