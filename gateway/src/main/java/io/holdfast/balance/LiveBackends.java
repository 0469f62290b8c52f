package io.holdfast.balance;

import io.holdfast.model.Backend;
import io.holdfast.model.Service;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** All live backends of this process, over all reloads. Thread-safe. */
public final class LiveBackends {

  /** Those of one service by address, in the order in which they were first seen. */
  private final class Known {
    private final Map<String, LiveBackend> byAddress = new LinkedHashMap<>();
    private int[] loads = new int[Slot.ARRAY];
    private int next;

    synchronized List<Candidate> candidates(Service service) {
      // Those that are there from the start share from the start.
      Set<LiveBackend> before = byAddress.isEmpty() ? Set.of() : Set.copyOf(byAddress.values());
      List<Candidate> candidates =
          service.backends().stream()
              .map(b -> new Candidate(of(service.name(), b.address()), b))
              .toList();
      if (!before.isEmpty()) {
        candidates.stream()
            .map(Candidate::live)
            .filter(live -> !before.contains(live))
            .forEach(live -> live.startSlowly(System.nanoTime()));
      }
      return candidates;
    }

    synchronized LiveBackend of(String service, String address) {
      return byAddress.computeIfAbsent(
          address, a -> new LiveBackend(service, a, newSlot(), LiveBackends.this::onChange));
    }

    private Slot newSlot() {
      if (next == loads.length) {
        loads = new int[Slot.ARRAY];
        next = 0;
      }
      return new Slot(loads, next++);
    }

    synchronized List<LiveBackend> all() {
      return List.copyOf(byAddress.values());
    }
  }

  private final List<StateListener> listeners = new CopyOnWriteArrayList<>();
  private final ConcurrentMap<String, Known> services = new ConcurrentHashMap<>();

  /** Has {@code listener} hear of all changes of state from now on. */
  public void listen(StateListener listener) {
    listeners.add(listener);
  }

  private void onChange(LiveBackend backend, State from, State to, String why) {
    listeners.forEach(listener -> listener.onChange(backend, from, to, why));
  }

  /**
   * The backends of {@code service}; those that have joined it since an earlier call start slowly.
   */
  List<Candidate> candidates(Service service) {
    return services.computeIfAbsent(service.name(), _ -> new Known()).candidates(service);
  }

  /** The live state of {@code backend} in {@code service}; made when first asked for. */
  public LiveBackend of(String service, Backend backend) {
    return services.computeIfAbsent(service, _ -> new Known()).of(service, backend.address());
  }

  /** All that {@code service} has had in this process's life. */
  public List<LiveBackend> of(String service) {
    Known known = services.get(service);
    return known == null ? List.of() : known.all();
  }
}
