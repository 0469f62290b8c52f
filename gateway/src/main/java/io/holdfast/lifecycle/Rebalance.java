package io.holdfast.lifecycle;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.LiveBackend;
import io.holdfast.model.Timeouts;
import io.holdfast.relay.MoveOutcome;
import io.holdfast.relay.Relay;
import io.holdfast.relay.RelayLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes relays from the backends of a service that have more than their due to those that have
 * less, until the spread is within the tolerance. What it takes is decided before it begins, so
 * that it never takes the same relay to and fro. Blocks, so run it on a virtual thread.
 */
public final class Rebalance {
  /**
   * Those that were moved meanwhile, or ended, make another round worth while, but not for ever.
   */
  private static final int ROUNDS = 3;

  /** For how long clients whose relays were ended are waited for before another round. */
  private static final Duration RETURN = Duration.ofSeconds(30);

  /** Which part of them all is enough: some leave for good at any time. */
  private static final double MOST = 0.95;

  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(50);

  /** Moves a relay. Called on its event loop. */
  public interface Mover {
    /**
     * Begins.
     *
     * @param without backends that it must not go to
     * @param told hears what becomes of it
     */
    void move(Relay relay, Set<LiveBackend> without, MoveOutcome told);
  }

  private final Supplier<@Nullable Balancer> balancer;
  private final BiPredicate<Relay, LiveBackend> isOf;
  private final @Nullable Mover mover;
  private final double rate;
  private final Progress progress;

  /**
   * A rebalancing.
   *
   * @param balancer of the service as it is configured now; null when it is gone
   * @param isOf whether a relay is of a backend; asked on its event loop
   * @param mover null to end relays, so that their clients come back elsewhere
   * @param rate relays a second
   */
  public Rebalance(
      Supplier<@Nullable Balancer> balancer,
      BiPredicate<Relay, LiveBackend> isOf,
      @Nullable Mover mover,
      double rate,
      Progress progress) {
    this.balancer = balancer;
    this.isOf = isOf;
    this.mover = mover;
    this.rate = rate;
    this.progress = progress;
  }

  /** Returns when the spread is within the tolerance, or nothing more can be done. */
  public void run(List<RelayLoop> loops) throws InterruptedException {
    for (int left = ROUNDS - 1; left >= 0; left--) {
      Balancer now = balancer.get();
      if (now == null) {
        return;
      }
      int relays = relays(now);
      if (!round(now, loops) || left == 0) {
        return;
      }
      if (mover == null && !areBack(relays, now.service().timeouts())) {
        return;
      }
    }
  }

  /**
   * Waits for the clients whose relays were ended: while they are missing, a backend that has its
   * due seems to have more.
   *
   * @param relays as many as there were
   */
  private boolean areBack(int relays, Timeouts timeouts) throws InterruptedException {
    // Those that get their Close now count until the client has answered it.
    TimeUnit.NANOSECONDS.sleep(timeouts.close().toNanos());
    long deadline = System.nanoTime() + RETURN.toNanos();
    while (System.nanoTime() - deadline < 0) {
      Balancer now = balancer.get();
      if (now == null) {
        return false;
      }
      if (relays(now) >= relays * MOST) {
        return true;
      }
      TimeUnit.NANOSECONDS.sleep(LOOK);
    }
    return false;
  }

  private static int relays(Balancer now) {
    return now.shares().keySet().stream().mapToInt(LiveBackend::relays).sum();
  }

  private boolean round(Balancer now, List<RelayLoop> loops) throws InterruptedException {
    Map<LiveBackend, Integer> surplus =
        surplus(now.shares(), now.service().rebalance().tolerance());
    Set<LiveBackend> full = new HashSet<>(now.live());
    full.removeAll(needy(now.shares()));
    for (Map.Entry<LiveBackend, Integer> from : surplus.entrySet()) {
      Drain drain =
          new Drain(
                  relay -> isOf.test(relay, from.getKey()),
                  new Pace(Pace.FOR_EVER, OptionalDouble.of(rate)),
                  now.service().drain().code(),
                  "rebalance",
                  mover == null ? null : (relay, told) -> mover.move(relay, full, told),
                  progress)
              .leavingTheRest()
              .atMost(from.getValue());
      drain.run(loops, () -> false);
    }
    return !surplus.isEmpty();
  }

  /**
   * How many each is to give; none while the spread is within the tolerance.
   *
   * @param shares weights of those that take work
   * @param tolerance by which share one may have more than its due
   */
  static Map<LiveBackend, Integer> surplus(Map<LiveBackend, Double> shares, double tolerance) {
    Map<LiveBackend, Integer> surplus = new HashMap<>();
    Map<LiveBackend, Double> due = due(shares);
    boolean even =
        due.entrySet().stream()
            .allMatch(e -> e.getKey().relays() - e.getValue() <= within(e.getValue(), tolerance));
    if (!even) {
      due.forEach((live, its) -> {
        int more = live.relays() - (int) Math.ceil(its);
        if (more > 0) {
          surplus.put(live, more);
        }
      });
    }
    return surplus;
  }

  private static double within(double due, double tolerance) {
    return Math.max(1, due * tolerance);
  }

  /** Those that have less than their due. */
  private static Set<LiveBackend> needy(Map<LiveBackend, Double> shares) {
    Set<LiveBackend> needy = new HashSet<>();
    due(shares)
        .forEach((live, its) -> {
          if (live.relays() < Math.floor(its)) {
            needy.add(live);
          }
        });
    return needy;
  }

  private static Map<LiveBackend, Double> due(Map<LiveBackend, Double> shares) {
    double all = shares.values().stream().mapToDouble(Double::doubleValue).sum();
    int relays = shares.keySet().stream().mapToInt(LiveBackend::relays).sum();
    Map<LiveBackend, Double> due = new HashMap<>();
    shares.forEach((live, share) -> due.put(live, relays * share / all));
    return due;
  }
}
