package io.holdfast.lifecycle;

import io.holdfast.relay.Relay;
import io.holdfast.relay.RelayLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;

/** Finds the relays that a drain takes, and none twice. */
final class Finder {
  private final Predicate<Relay> which;
  private final boolean longestSilentFirst;
  private Predicate<Relay> spared = _ -> false;
  private int most = Integer.MAX_VALUE;

  /** Those that were found and have not come back since. */
  private final Set<Relay> seen = ConcurrentHashMap.newKeySet();

  /**
   * Finds some of all relays.
   *
   * @param which asked on their event loops
   * @param longestSilentFirst else the order is random
   */
  Finder(Predicate<Relay> which, boolean longestSilentFirst) {
    this.which = which;
    this.longestSilentFirst = longestSilentFirst;
  }

  /** From now on those are left that this has come to be true of. Asked on their event loops. */
  void spare(Predicate<Relay> those) {
    spared = those;
  }

  /** From now on finds so many at a time at most. */
  void atMost(int count) {
    most = count;
  }

  /** Whether it is one of those to find, spared or not. On its event loop. */
  boolean finds(Relay relay) {
    return which.test(relay);
  }

  /** Whether it is spared. On its event loop. */
  boolean spares(Relay relay) {
    return spared.test(relay);
  }

  /** Whether it is to be taken. On its event loop. */
  boolean takes(Relay relay) {
    return !relay.closing() && finds(relay) && !spares(relay);
  }

  /** Finds it again if it is one to take again, such as when it has gone and comes back. */
  void forget(Relay relay) {
    seen.remove(relay);
  }

  /**
   * Those that are to be taken, in random order; those that have been silent for long first if it
   * is to be so. Waits for the event loops.
   */
  List<Relay> find(List<RelayLoop> loops) throws InterruptedException {
    record Found(Relay relay, long idle) {}
    List<Found> found = new ArrayList<>();
    for (RelayLoop loop : loops) {
      if (loop.eventLoop().isShuttingDown()) {
        continue; // lost, and its relays with it
      }
      try {
        found.addAll(
            loop.eventLoop()
                .submit(() -> {
                  List<Found> here = new ArrayList<>();
                  loop.forEach(relay -> {
                    if (takes(relay) && seen.add(relay)) {
                      here.add(new Found(relay, relay.idleFor()));
                    }
                  });
                  return here;
                })
                .get());
      } catch (ExecutionException e) {
        throw new IllegalStateException("cannot list relays", e.getCause());
      }
    }
    Collections.shuffle(found);
    if (longestSilentFirst) {
      found.sort(Comparator.comparingLong(Found::idle).reversed());
    }
    return found.stream().map(Found::relay).limit(most).toList();
  }
}
