package io.holdfast.lifecycle;

import io.holdfast.relay.Relay;
import io.holdfast.relay.RelayLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Ends relays at a pace, in random order.
 *
 * @param which of all relays; asked on their event loops
 * @param pace how fast
 * @param code of the Closes
 * @param reason of the Closes
 */
public record Drain(Predicate<Relay> which, Pace pace, int code, String reason) {

  /**
   * Ends them, and returns when each has got its Close; blocks, so call it from a virtual thread.
   *
   * @return how many there were
   */
  public int run(List<RelayLoop> loops) throws InterruptedException {
    List<Relay> relays = find(loops);
    Collections.shuffle(relays);
    long interval = pace.interval(relays.size());
    long start = System.nanoTime();
    long deadline = start + pace.deadline().toNanos();
    for (int i = 0; i < relays.size(); i++) {
      // Jitter within its own place keeps the rate and breaks the beat.
      long jitter = interval == 0 ? 0 : ThreadLocalRandom.current().nextLong(interval);
      waitUntil(Math.min(deadline, start + i * interval + jitter));
      Relay relay = relays.get(i);
      relay.loop().eventLoop().execute(() -> relay.end(code, reason, reason));
    }
    return relays.size();
  }

  private List<Relay> find(List<RelayLoop> loops) throws InterruptedException {
    List<Relay> found = new ArrayList<>();
    for (RelayLoop loop : loops) {
      try {
        found.addAll(
            loop.eventLoop()
                .submit(() -> {
                  List<Relay> here = new ArrayList<>();
                  loop.forEach(relay -> {
                    if (!relay.closing() && which.test(relay)) {
                      here.add(relay);
                    }
                  });
                  return here;
                })
                .get());
      } catch (ExecutionException e) {
        throw new IllegalStateException("cannot list relays", e.getCause());
      }
    }
    return found;
  }

  private static void waitUntil(long time) throws InterruptedException {
    for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
      if (left > 1_000_000) {
        TimeUnit.NANOSECONDS.sleep(left);
      } else {
        LockSupport.parkNanos(left);
      }
    }
  }
}
