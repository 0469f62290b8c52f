package io.holdfast.control;

import java.util.List;
import java.util.Map;

/**
 * A service as it is now.
 *
 * @param name of the service
 * @param balance how a backend is chosen, as the configuration writes it
 * @param groups shares of new clients by group; empty when groups do not matter
 * @param waiting requests in the queue for a place at its full backends
 * @param backends in the configuration's order; those that left it and still have relays come last
 */
public record ServiceStatus(
    String name,
    String balance,
    Map<String, Integer> groups,
    int waiting,
    List<BackendStatus> backends) {

  public ServiceStatus {
    groups = Map.copyOf(groups);
    backends = List.copyOf(backends);
  }
}
