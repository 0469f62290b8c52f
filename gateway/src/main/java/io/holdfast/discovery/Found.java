package io.holdfast.discovery;

import io.holdfast.model.Backend;
import io.holdfast.model.Discover;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The addresses of names.
 *
 * @param addresses by name, in a fixed order; none where none is known
 */
public record Found(Map<String, List<String>> addresses) {
  /** Nothing is known. */
  public static final Found NOTHING = new Found(Map.of());

  public Found {
    addresses = Map.copyOf(addresses);
  }

  /**
   * The same configuration with a backend for each address in place of one for their name, which
   * stays where none is known. An address that a service has twice is its first.
   */
  public Snapshot in(Snapshot file) {
    Map<String, Service> services = new HashMap<>(file.services());
    services.replaceAll((_, service) -> in(service));
    return file.withServices(services);
  }

  private Service in(Service file) {
    if (file.backends().stream().allMatch(b -> b.discover() == Discover.OFF)) {
      return file;
    }
    Map<String, Backend> backends = new LinkedHashMap<>();
    for (Backend backend : file.backends()) {
      List<String> known =
          backend.discover() == Discover.DNS
              ? addresses.getOrDefault(backend.name(), List.of())
              : List.of();
      List<Backend> its =
          known.isEmpty() ? List.of(backend) : known.stream().map(backend::at).toList();
      its.forEach(one -> backends.putIfAbsent(one.address(), one));
    }
    return file.with(file.balance(), List.copyOf(backends.values()));
  }
}
