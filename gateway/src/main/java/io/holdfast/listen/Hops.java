package io.holdfast.listen;

import io.holdfast.balance.LiveBackend;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What a relay remembers of backends that it has gone to, or was to go to. Not thread-safe. */
final class Hops {
  /** A backend that loses a relay sooner has not served it. */
  private static final long AT_ONCE = TimeUnit.SECONDS.toNanos(1);

  private final Set<LiveBackend> unfit = new HashSet<>();

  /** Backends in a row that have taken it, and lost it at once. */
  private int rescues;

  /** When the last took it, by {@link System#nanoTime()}. */
  private long takenAt;

  /** Of a relay that has been since {@code start}, by {@link System#nanoTime()}. */
  Hops(long start) {
    takenAt = start;
  }

  /**
   * Its backend is gone. Those that take it and lose it at once must not have it go round among
   * them for ever.
   *
   * @param most how many of those in a row
   * @return whether to look for another one
   */
  boolean rescue(int most) {
    boolean atOnce = System.nanoTime() - takenAt < AT_ONCE;
    rescues = atOnce ? rescues + 1 : 1;
    return rescues <= most;
  }

  /** A backend has it. */
  void onTaken() {
    takenAt = System.nanoTime();
    unfit.clear();
  }

  /** One has taken its handshake, and left it before the move was made. */
  void onUnfit(LiveBackend at) {
    unfit.add(at);
  }

  /** Those that have. */
  Set<LiveBackend> unfit() {
    return unfit;
  }

  /** They are tried again. */
  void forgive() {
    unfit.clear();
  }
}
