package io.holdfast.observe;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Makes metrics the same way everywhere: no exemplars, classic buckets, seconds. */
final class Metric {

  /** From a quick answer on the same machine up to the longest sensible timeout. */
  private static final double[] REQUEST = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
  };

  /** Relays live from seconds to weeks. */
  private static final double[] LIFE = {
    0.1, 1, 10, 30, 60, 300, 900, 3_600, 14_400, 43_200, 86_400, 604_800
  };

  private static final double[] DELAY = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1
  };

  private Metric() {}

  static Counter counter(PrometheusRegistry registry, String name, String help, String... labels) {
    return Counter.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .withoutExemplars()
        .register(registry);
  }

  static Gauge gauge(PrometheusRegistry registry, String name, String help, String... labels) {
    return Gauge.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .withoutExemplars()
        .register(registry);
  }

  static Histogram requestSeconds(
      PrometheusRegistry registry, String name, String help, String... labels) {
    return histogram(registry, name, help, REQUEST, labels);
  }

  static Histogram lifeSeconds(
      PrometheusRegistry registry, String name, String help, String... labels) {
    return histogram(registry, name, help, LIFE, labels);
  }

  static Histogram delaySeconds(
      PrometheusRegistry registry, String name, String help, String... labels) {
    return histogram(registry, name, help, DELAY, labels);
  }

  private static Histogram histogram(
      PrometheusRegistry registry, String name, String help, double[] bounds, String... labels) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .classicOnly()
        .classicUpperBounds(bounds)
        .withoutExemplars()
        .register(registry);
  }
}
