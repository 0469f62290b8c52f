package io.holdfast.observe;

import io.netty.util.internal.PlatformDependent;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** How busy each event loop is, how evenly connections are spread, and what buffers take. */
final class EventLoopMeters {
  private static final String LOOP = "loop";

  private final Histogram delay;
  private final List<IntSupplier> connections = new CopyOnWriteArrayList<>();
  private final List<LongSupplier> cpu = new CopyOnWriteArrayList<>();

  EventLoopMeters(PrometheusRegistry registry) {
    delay =
        Metric.delaySeconds(
            registry,
            "holdfast_event_loop_delay_seconds",
            "How much later than due a task of an event loop ran.",
            LOOP);
    GaugeWithCallback.builder()
        .name("holdfast_event_loop_connections")
        .help("Client connections of an event loop.")
        .labelNames(LOOP)
        .callback(out -> {
          for (int i = 0; i < connections.size(); i++) {
            out.call(connections.get(i).getAsInt(), Integer.toString(i));
          }
        })
        .register(registry);
    CounterWithCallback.builder()
        .name("holdfast_event_loop_cpu_seconds_total")
        .help("CPU time that the thread of an event loop has used, to about a second.")
        .labelNames(LOOP)
        .callback(out -> {
          for (int i = 0; i < cpu.size(); i++) {
            out.call(Unit.nanosToSeconds(cpu.get(i).getAsLong()), Integer.toString(i));
          }
        })
        .register(registry);
    GaugeWithCallback.builder()
        .name("holdfast_buffers_bytes")
        .help("Memory outside of the heap that buffers were given, in use or kept for the next.")
        .callback(out -> out.call((double) Math.max(0, PlatformDependent.usedDirectMemory())))
        .register(registry);
  }

  synchronized LoopMeters add(IntSupplier ofConnections, LongSupplier ofCpu) {
    LoopMeters meters = new LoopMeters(delay.labelValues(Integer.toString(connections.size())));
    connections.add(ofConnections);
    cpu.add(ofCpu);
    return meters;
  }
}
