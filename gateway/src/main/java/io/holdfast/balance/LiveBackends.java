package io.holdfast.balance;

import io.holdfast.model.Backend;
import io.holdfast.model.ClientKey;
import io.holdfast.model.Service;
import io.holdfast.model.TableAffinity;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * All live backends of this process, who waits for them, and which clients they were promised, over
 * all reloads. Thread-safe.
 */
public final class LiveBackends {
  /** How many of a service are remembered that have left it. */
  static final int MOST_GONE = 100;

  /** Those of one service by address, in the order in which they were first seen. */
  private final class Known {
    private final Map<String, LiveBackend> byAddress = new LinkedHashMap<>();
    private final WaitingRoom room = new WaitingRoom();
    private final Turns turns = new Turns();
    private final Map<ClientKey, PromiseTable> promises = new HashMap<>();
    private int[] loads = Slot.newArray();
    private int next;

    /** Addresses that have left the service, in the order in which they did. */
    private final Set<String> gone = new LinkedHashSet<>();

    synchronized LiveBackend of(String service, String address) {
      return byAddress.computeIfAbsent(
          address, a -> new LiveBackend(service, a, newSlot(), room, LiveBackends.this::onChange));
    }

    private Slot newSlot() {
      if (next == loads.length) {
        loads = Slot.newArray();
        next = 0;
      }
      return new Slot(loads, next++);
    }

    /** One table per key, for a reload that is refused must not take away the one in force. */
    synchronized PromiseTable promises(TableAffinity policy) {
      return promises.computeIfAbsent(
          policy.key(), _ -> new PromiseTable(policy, Clock.systemUTC()));
    }

    /** Takes away those that are idle and have gone before the last hundred. */
    synchronized List<LiveBackend> forget(Set<String> present) {
      gone.removeAll(present);
      byAddress.keySet().stream().filter(address -> !present.contains(address)).forEach(gone::add);
      List<LiveBackend> first =
          gone.stream()
              .limit(Math.max(0, gone.size() - MOST_GONE))
              .map(byAddress::get)
              .filter(live -> live != null && live.isIdle())
              .toList();
      first.forEach(live -> {
        byAddress.remove(live.address());
        gone.remove(live.address());
      });
      return first;
    }

    synchronized List<LiveBackend> all() {
      return List.copyOf(byAddress.values());
    }
  }

  private final List<StateListener> listeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<LiveBackend>> whoForget = new CopyOnWriteArrayList<>();
  private final ConcurrentMap<String, Known> services = new ConcurrentHashMap<>();

  /** Has {@code listener} hear of all changes of state from now on. */
  public void listen(StateListener listener) {
    listeners.add(listener);
  }

  /** Has {@code other} hear of backends that are forgotten from now on. */
  public void onForgotten(Consumer<LiveBackend> other) {
    whoForget.add(other);
  }

  /**
   * Forgets backends that a configuration lacks and nobody uses, but for the last hundred of each
   * service: one that soon comes back is known, and those that never do are not kept for ever.
   */
  public void forgetAllBut(Collection<Service> present) {
    Map<String, Set<String>> addresses =
        present.stream()
            .collect(
                Collectors.toMap(
                    Service::name,
                    service ->
                        service.backends().stream()
                            .map(Backend::address)
                            .collect(Collectors.toSet())));
    services.forEach((name, known) -> {
      known
          .forget(addresses.getOrDefault(name, Set.of()))
          .forEach(live -> whoForget.forEach(one -> one.accept(live)));
    });
  }

  private void onChange(LiveBackend backend, State from, State to, String why) {
    listeners.forEach(listener -> listener.onChange(backend, from, to, why));
  }

  /** Who waits for a place in {@code service}. */
  WaitingRoom room(String service) {
    return known(service).room;
  }

  /** Gives handshakes with {@code service} their turns. */
  Turns turns(String service) {
    return known(service).turns;
  }

  /** How many requests wait for a place in {@code service}. */
  public int waiting(String service) {
    return known(service).room.size();
  }

  /** What was promised to clients of {@code service}; made when first asked for. */
  public PromiseTable promises(String service, TableAffinity policy) {
    return known(service).promises(policy);
  }

  private Known known(String service) {
    return services.computeIfAbsent(service, _ -> new Known());
  }

  /** The live state of {@code backend} in {@code service}; made when first asked for. */
  public LiveBackend of(String service, Backend backend) {
    return known(service).of(service, backend.address());
  }

  /** The live state of a group's backends; none when there is no such group. */
  public List<LiveBackend> of(Service service, String group) {
    return service.members(group).stream().map(b -> of(service.name(), b)).toList();
  }

  /** All of {@code service} that are remembered. */
  public List<LiveBackend> of(String service) {
    Known known = services.get(service);
    return known == null ? List.of() : known.all();
  }
}
