package io.holdfast.control;

import java.util.List;

/**
 * A service as it is now.
 *
 * @param name of the service
 * @param balance how a backend is chosen, as the configuration writes it
 * @param waiting requests in the queue for a place at its full backends
 * @param backends in the configuration's order; those that left it and still have relays come last
 */
public record ServiceStatus(
    String name, String balance, int waiting, List<BackendStatus> backends) {

  public ServiceStatus {
    backends = List.copyOf(backends);
  }
}
