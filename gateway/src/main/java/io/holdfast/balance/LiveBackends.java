package io.holdfast.balance;

import io.holdfast.model.Backend;
import io.holdfast.model.ClientKey;
import io.holdfast.model.Service;
import io.holdfast.model.TableAffinity;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * All live backends of this process, who waits for them, and which clients they were promised, over
 * all reloads. Thread-safe.
 */
public final class LiveBackends {

  /** Those of one service by address, in the order in which they were first seen. */
  private final class Known {
    private final Map<String, LiveBackend> byAddress = new LinkedHashMap<>();
    private final WaitingRoom room = new WaitingRoom();
    private final Turns turns = new Turns();
    private final Map<ClientKey, PromiseTable> promises = new HashMap<>();
    private int[] loads = Slot.newArray();
    private int next;

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

  /** All that {@code service} has had in this process's life. */
  public List<LiveBackend> of(String service) {
    Known known = services.get(service);
    return known == null ? List.of() : known.all();
  }
}
