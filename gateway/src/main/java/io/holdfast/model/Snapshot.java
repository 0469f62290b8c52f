package io.holdfast.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One whole configuration, as the data path sees it. Immutable; a reload replaces it as a whole.
 *
 * @param listeners addresses that are accepted on, at least one
 * @param admin where the admin API listens
 * @param limits bounds on clients before any route is known
 * @param routes in no particular order; the most specific match wins
 * @param services by name; every {@link Route#service()} is a key
 * @param shutdown how the gateway itself drains
 * @param logs what is logged and how
 * @param dns how names of backends are looked up
 * @param transport which Netty transport moves the bytes
 * @param state folder for what outlives the process; null for none
 */
public record Snapshot(
    List<Listener> listeners,
    Admin admin,
    Limits limits,
    List<Route> routes,
    Map<String, Service> services,
    Shutdown shutdown,
    Logs logs,
    Dns dns,
    Transport transport,
    @Nullable Path state) {

  public Snapshot {
    listeners = List.copyOf(listeners);
    routes = List.copyOf(routes);
    services = Map.copyOf(services);
  }

  /** The same with other services. */
  public Snapshot withServices(Map<String, Service> others) {
    return new Snapshot(
        listeners, admin, limits, routes, others, shutdown, logs, dns, transport, state);
  }
}
