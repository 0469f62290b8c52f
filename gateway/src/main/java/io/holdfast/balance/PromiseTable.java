package io.holdfast.balance;

import io.holdfast.model.ClientKey;
import io.holdfast.model.TableAffinity;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which client was promised which backend, by a hash of the client's key: keys themselves may be
 * secrets, and tables are written to disk. Over all reloads. Thread-safe.
 */
public final class PromiseTable {
  private final ClientKey key;
  private final Clock clock;

  /** Those not used for longest first. */
  private final Map<Long, Promise> promises = new LinkedHashMap<>(16, 0.75f, true);

  private volatile TableAffinity policy;
  private boolean changed;

  /**
   * One promise.
   *
   * @param key hash of the client's key
   * @param backend its {@link LiveBackend#id()}
   * @param since when it was made, in milliseconds since 1970
   * @param used when it was last kept, in milliseconds since 1970
   */
  public record Promise(long key, long backend, long since, long used) {}

  PromiseTable(TableAffinity policy, Clock clock) {
    this.key = policy.key();
    this.policy = policy;
    this.clock = clock;
  }

  /** What tells its clients apart. */
  public ClientKey key() {
    return key;
  }

  /** Keeps to other bounds from now on. */
  synchronized void change(TableAffinity other) {
    policy = other;
    trim();
  }

  /**
   * Keeps the promise to a client.
   *
   * @return id of its backend; null for none
   */
  public synchronized @Nullable Long find(long client) {
    Promise promise = promises.get(client);
    long now = clock.millis();
    if (promise == null || isOver(promise, now)) {
      return null;
    }
    promises.put(client, new Promise(client, promise.backend(), promise.since(), now));
    changed = true;
    return promise.backend();
  }

  /** Promises a client a backend; a promise that says the same stays as it is. */
  public synchronized void promise(long client, LiveBackend backend) {
    Promise before = promises.get(client);
    long now = clock.millis();
    if (before == null || before.backend() != backend.id() || isOver(before, now)) {
      promises.put(client, new Promise(client, backend.id(), now, now));
      changed = true;
      trim();
    }
  }

  private boolean isOver(Promise promise, long now) {
    return now - promise.since() >= policy.lifetime().toMillis()
        || (policy.idle().isPositive() && now - promise.used() >= policy.idle().toMillis());
  }

  /** Drops those that are over from the front, and those beyond the size. */
  private void trim() {
    long now = clock.millis();
    Iterator<Promise> oldest = promises.values().iterator();
    while (oldest.hasNext()) {
      if (!isOver(oldest.next(), now) && promises.size() <= policy.size()) {
        return;
      }
      oldest.remove();
    }
  }

  /** Those that hold, those not used for longest first. */
  public List<Promise> promises() {
    List<Promise> all;
    synchronized (this) {
      // Nothing more, for event loops wait meanwhile.
      all = new ArrayList<>(promises.values());
    }
    long now = clock.millis();
    return all.stream().filter(promise -> !isOver(promise, now)).toList();
  }

  /** Takes up promises that were made before a restart, in the order of {@link #promises}. */
  public synchronized void restore(Collection<Promise> before) {
    before.forEach(promise -> promises.putIfAbsent(promise.key(), promise));
    trim();
  }

  /** It counts as changed, though nothing was. */
  public synchronized void touch() {
    changed = true;
  }

  /** Whether anything was promised or kept since this was last asked. */
  public synchronized boolean takeChanged() {
    boolean was = changed;
    changed = false;
    return was;
  }
}
