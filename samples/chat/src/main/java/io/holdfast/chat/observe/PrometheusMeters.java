package io.holdfast.chat.observe;

import io.holdfast.chat.session.Meters;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** One registry a server, so that several may live in one process. */
public final class PrometheusMeters implements Meters {
  private static final double NANOS = 1e9;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Gauge connections =
      Gauge.builder()
          .name("websocket_connections_total")
          .help("Clients that are connected now.")
          .register(registry);
  private final Counter messages =
      Counter.builder()
          .name("websocket_messages_total")
          .help("Messages that clients have sent.")
          .register(registry);
  private final Histogram latency =
      Histogram.builder()
          .name("websocket_message_latency_seconds")
          .help("From a message's arrival until it was served.")
          .classicOnly()
          .classicUpperBounds(0.00001, 0.0001, 0.001, 0.01, 0.1, 1)
          .register(registry);
  private final Histogram durations =
      Histogram.builder()
          .name("websocket_connection_duration_seconds")
          .help("How long clients stay.")
          .classicOnly()
          .classicUpperBounds(1, 10, 60, 600, 3600, 21600, 86400)
          .register(registry);
  private final Counter errors =
      Counter.builder()
          .name("websocket_errors_total")
          .help("Errors that clients were told, by their code.")
          .labelNames("code")
          .register(registry);

  /** All at zero. */
  public PrometheusMeters() {}

  @Override
  public void opened() {
    connections.inc();
  }

  @Override
  public void closed(long nanos) {
    connections.dec();
    durations.observe(nanos / NANOS);
  }

  @Override
  public void message(long nanos) {
    messages.inc();
    latency.observe(nanos / NANOS);
  }

  @Override
  public void error(String code) {
    errors.labelValues(code).inc();
  }

  /** In Prometheus' text format 0.0.4. */
  public byte[] text() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
    return out.toByteArray();
  }
}
