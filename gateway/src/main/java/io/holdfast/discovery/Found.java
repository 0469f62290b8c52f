package io.holdfast.discovery;

import io.holdfast.model.Backend;
import io.holdfast.model.Discover;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The addresses of names.
 *
 * @param addresses by name, in a fixed order; none where none is known
 */
public record Found(Map<String, List<Address>> addresses) {
  /** Nothing is known. */
  public static final Found NOTHING = new Found(Map.of());

  /**
   * One of them.
   *
   * @param host literal, IPv6 without brackets
   * @param remembered whether the last answer lacks it
   */
  public record Address(String host, boolean remembered) {}

  /** A backend as an entry of the configuration has it, of which this is the index. */
  private record Place(int entry, Backend backend, boolean remembered) {}

  public Found {
    addresses = Map.copyOf(addresses);
  }

  /**
   * The same configuration with a backend for each address in place of one for their name, which
   * stays where none is known. An address that a service has twice is the first entry's that has it
   * now, not only in memory: the addresses of those who are gone are given to others.
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
    List<List<Place>> entries = new ArrayList<>();
    for (Backend entry : file.backends()) {
      entries.add(places(entries.size(), entry));
    }
    Map<String, Place> owners = new HashMap<>();
    for (boolean remembered : new boolean[] {false, true}) {
      entries.stream()
          .flatMap(List::stream)
          .filter(place -> place.remembered == remembered)
          .forEach(place -> owners.putIfAbsent(place.backend.address(), place));
    }
    List<Backend> backends = new ArrayList<>();
    for (List<Place> places : entries) {
      List<Backend> own =
          places.stream()
              .filter(place -> place.equals(owners.get(place.backend.address())))
              .map(Place::backend)
              .toList();
      boolean lost =
          own.isEmpty()
              && places.stream()
                  .allMatch(place -> place.remembered && hasNow(owners, place.backend));
      backends.addAll(lost ? List.of(file.backends().get(places.getFirst().entry)) : own);
    }
    return file.with(file.balance(), backends);
  }

  private static boolean hasNow(Map<String, Place> owners, Backend backend) {
    Place owner = owners.get(backend.address());
    return owner != null && !owner.remembered;
  }

  private List<Place> places(int index, Backend entry) {
    List<Address> known =
        entry.discover() == Discover.DNS
            ? addresses.getOrDefault(entry.name(), List.of())
            : List.of();
    return known.isEmpty()
        ? List.of(new Place(index, entry, false))
        : known.stream().map(one -> new Place(index, entry.at(one.host), one.remembered)).toList();
  }
}
