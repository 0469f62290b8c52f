package io.holdfast.balance;

import io.holdfast.model.Backend;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** All live backends of this process, over all reloads. Thread-safe. */
public final class LiveBackends {
  private record Key(String service, String address) {}

  private final ConcurrentMap<Key, LiveBackend> all = new ConcurrentHashMap<>();

  /** The live state of {@code backend} in {@code service}; made when first asked for. */
  public LiveBackend of(String service, Backend backend) {
    return all.computeIfAbsent(
        new Key(service, backend.address()), key -> new LiveBackend(key.service(), key.address()));
  }

  /** All that {@code service} has had in this process's life, in no particular order. */
  public List<LiveBackend> of(String service) {
    return all.values().stream().filter(b -> b.service().equals(service)).toList();
  }
}
