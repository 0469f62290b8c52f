package io.holdfast.observe;

import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import org.jspecify.annotations.Nullable;

/** The JVM's metrics. They load the management classes, so that is left to the first scrape. */
final class LazyJvm implements MultiCollector {

  private @Nullable PrometheusRegistry jvm;

  @Override
  public synchronized MetricSnapshots collect() {
    PrometheusRegistry registry = jvm;
    if (registry == null) {
      registry = new PrometheusRegistry();
      JvmMetrics.builder().register(registry);
      jvm = registry;
    }
    return registry.scrape();
  }
}
