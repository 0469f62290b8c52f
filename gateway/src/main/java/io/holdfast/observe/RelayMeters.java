package io.holdfast.observe;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;

/** Relays: how many there are, how they end, and what their pings found. */
final class RelayMeters {

  private final Gauge active;
  private final Counter opened;
  private final Counter ended;
  private final Counter resets;
  private final Histogram seconds;
  private final Counter pings;
  private final Counter missedPongs;
  private final Counter protocolErrors;

  RelayMeters(PrometheusRegistry registry) {
    active = Metric.gauge(registry, "holdfast_relays_active", "Relays established now.", "service");
    opened =
        Metric.counter(registry, "holdfast_relays_total", "Relays ever established.", "service");
    ended =
        Metric.counter(
            registry,
            "holdfast_relays_ended_total",
            "Relays that ended, by who ended them and the close code.",
            "service",
            "by",
            "code");
    resets =
        Metric.counter(
            registry,
            "holdfast_relays_reset_total",
            "Relays of which a leg was reset, since its stream stood inside a frame or its peer did"
                + " not read.",
            "service",
            "by");
    seconds =
        Metric.lifeSeconds(
            registry,
            "holdfast_relay_duration_seconds",
            "Time from the switch to the end of a relay.",
            "service");
    pings =
        Metric.counter(
            registry, "holdfast_pings_sent_total", "Pings of our own.", "service", "leg");
    missedPongs =
        Metric.counter(
            registry,
            "holdfast_pongs_missed_total",
            "Pings of our own that were not answered in time.",
            "service",
            "leg");
    protocolErrors =
        Metric.counter(
            registry,
            "holdfast_protocol_errors_total",
            "Breaches of RFC 6455 or of a limit, by the leg they came from and the close code.",
            "service",
            "leg",
            "code");
  }

  /** Makes the series of a service exist at zero, so that rates count from the first event on. */
  void expect(String service) {
    active.initLabelValues(service);
    opened.initLabelValues(service);
    seconds.initLabelValues(service);
    for (EndedBy by : EndedBy.values()) {
      resets.initLabelValues(service, by.label());
    }
    for (boolean client : new boolean[] {true, false}) {
      pings.initLabelValues(service, leg(client));
      missedPongs.initLabelValues(service, leg(client));
    }
  }

  void opened(String service) {
    active.labelValues(service).inc();
    opened.labelValues(service).inc();
  }

  void ended(String service, EndedBy by, int code, boolean reset, long nanos) {
    active.labelValues(service).dec();
    ended.labelValues(service, by.label(), code(code)).inc();
    if (reset) {
      resets.labelValues(service, by.label()).inc();
    }
    seconds.labelValues(service).observe(Unit.nanosToSeconds(nanos));
  }

  void pingSent(String service, boolean client) {
    pings.labelValues(service, leg(client)).inc();
  }

  void pongMissed(String service, boolean client) {
    missedPongs.labelValues(service, leg(client)).inc();
  }

  void protocolError(String service, boolean client, int code) {
    protocolErrors.labelValues(service, leg(client), code(code)).inc();
  }

  private static String leg(boolean client) {
    return client ? "client" : "backend";
  }

  /** Applications choose codes of 3000 to 4999 (RFC 6455 section 7.4.2), so those are folded. */
  static String code(int code) {
    if (code == 0) {
      return "none";
    }
    if (code >= 1000 && code <= 1015) {
      return Integer.toString(code);
    }
    return switch (code / 1000) {
      case 3 -> "3xxx";
      case 4 -> "4xxx";
      default -> "other";
    };
  }
}
