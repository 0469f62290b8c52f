package io.holdfast.observe;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;

/** Adds up the {@link Traffic} of all event loops, per service, when somebody scrapes. */
final class TrafficTotals {

  private static final String TO_BACKEND = "client_to_backend";
  private static final String TO_CLIENT = "backend_to_client";

  private final ConcurrentMap<String, List<Traffic>> byService = new ConcurrentHashMap<>();

  TrafficTotals(PrometheusRegistry registry) {
    register(
        registry,
        "holdfast_messages_total",
        "WebSocket data messages relayed.",
        Traffic::clientMessages,
        Traffic::backendMessages);
    register(
        registry,
        "holdfast_frames_total",
        "WebSocket frames relayed, control frames included.",
        Traffic::clientFrames,
        Traffic::backendFrames);
    register(
        registry,
        "holdfast_bytes_total",
        "Bytes read from relayed connections, frame headers included.",
        Traffic::clientBytes,
        Traffic::backendBytes);
  }

  Traffic add(String service) {
    Traffic traffic = new Traffic();
    byService.computeIfAbsent(service, _ -> new CopyOnWriteArrayList<>()).add(traffic);
    return traffic;
  }

  private void register(
      PrometheusRegistry registry,
      String name,
      String help,
      ToLongFunction<Traffic> fromClient,
      ToLongFunction<Traffic> fromBackend) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("service", "direction")
        .callback(out ->
            byService.forEach((service, loops) -> {
              out.call(sum(loops, fromClient), service, TO_BACKEND);
              out.call(sum(loops, fromBackend), service, TO_CLIENT);
            }))
        .register(registry);
  }

  private static double sum(List<Traffic> loops, ToLongFunction<Traffic> number) {
    return (double) loops.stream().mapToLong(number).sum();
  }
}
