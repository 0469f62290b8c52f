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
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends relays at a pace, in random order. Blocks, so run it on a virtual thread; an interrupt stops
 * it where it is.
 *
 * @param which of all relays; asked on their event loops
 * @param pace how fast
 * @param code of the Closes
 * @param reason of the Closes
 */
public record Drain(Predicate<Relay> which, Pace pace, int code, String reason) {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  /** How long a relay that came late may live. */
  private static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(100);

  /**
   * Ends those that there are, and returns when each has got its Close.
   *
   * @return how many there were
   */
  public int run(List<RelayLoop> loops) throws InterruptedException {
    List<Relay> relays = find(loops);
    warn(relays.size());
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

  /**
   * As {@link #run(List)}; then ends those that come late, such as of a handshake that was under
   * way, as they come.
   *
   * @param expected whether some may still come
   * @return how many there were in all
   */
  public int run(List<RelayLoop> loops, BooleanSupplier expected) throws InterruptedException {
    int count = run(loops);
    Drain late = new Drain(which, Pace.AT_ONCE, code, reason);
    while (expected.getAsBoolean()) {
      TimeUnit.NANOSECONDS.sleep(AGAIN);
      count += late.run(loops);
    }
    return count;
  }

  private void warn(int count) {
    int left = pace.left(count);
    if (left > 0) {
      LOG.warn(
          "drain of {} relays ({}): at {}/s only {} end within {} ms; the other {} end at once then",
          count,
          reason,
          pace.rate().orElseThrow(),
          count - left,
          pace.deadline().toMillis(),
          left);
    }
  }

  private List<Relay> find(List<RelayLoop> loops) throws InterruptedException {
    List<Relay> found = new ArrayList<>();
    for (RelayLoop loop : loops) {
      if (loop.eventLoop().isShuttingDown()) {
        continue; // lost, and its relays with it
      }
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
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (left > 1_000_000) {
        TimeUnit.NANOSECONDS.sleep(left);
      } else {
        LockSupport.parkNanos(left);
      }
    }
  }
}
