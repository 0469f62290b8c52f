package io.holdfast.control;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.Standing;
import io.holdfast.balance.State;
import io.holdfast.balance.StateListener;
import io.holdfast.listen.Routing;
import io.holdfast.model.OnUnhealthy;
import io.holdfast.model.Service;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway does by itself when a backend goes or comes: takes relays away from one whose
 * probes fail ({@code drain.onUnhealthy}), and spreads them anew when one has been up for a while
 * ({@code rebalance.auto}). Thread-safe.
 */
final class Reactions implements StateListener {
  private final Drains drains;
  private final InForce present;
  private final ScheduledExecutorService timer;
  private final Map<LiveBackend, Future<?>> pending = new ConcurrentHashMap<>();

  /**
   * Reacts by {@code drains}.
   *
   * @param timer calls when a backend has been up for long enough
   */
  Reactions(Drains drains, InForce present, ScheduledExecutorService timer) {
    this.drains = drains;
    this.present = present;
    this.timer = timer;
  }

  @Override
  public void onChange(LiveBackend backend, State from, State to, String why) {
    Balancer balancer = present.balancer(backend.service());
    if (balancer == null) {
      return;
    }
    Gone gone = Gone.unhealthy(backend.service(), backend.address());
    boolean failing = to == State.DOWN && backend.standing().override() == Standing.Word.NONE;
    if (failing && balancer.service().drain().onUnhealthy() != OnUnhealthy.LEAVE) {
      drains.start(gone, balancer.service());
    } else if (!failing) {
      drains.stop(gone);
    }
    Future<?> before = pending.remove(backend);
    if (before != null) {
      before.cancel(false);
    }
    if (to == State.UP) {
      joined(backend, balancer.service());
    }
  }

  /** Backends that a configuration has and the one before had not. */
  void added(Routing before, Routing after) {
    for (Balancer balancer : balancers(after)) {
      Routing.Target old = before.toService(balancer.service().name());
      if (old != null) {
        Set<LiveBackend> known = Set.copyOf(old.balancer().live());
        balancer.live().stream()
            .filter(live -> !known.contains(live))
            .forEach(live -> joined(live, balancer.service()));
      }
    }
  }

  private void joined(LiveBackend backend, Service service) {
    if (!service.rebalance().auto()) {
      return;
    }
    long after = service.rebalance().after().toNanos();
    pending.put(backend, timer.schedule(() -> rebalance(backend), after, TimeUnit.NANOSECONDS));
  }

  private void rebalance(LiveBackend backend) {
    pending.remove(backend);
    Balancer balancer = present.balancer(backend.service());
    if (balancer != null && balancer.live().contains(backend) && backend.state() == State.UP) {
      rebalance(balancer.service(), null);
    }
  }

  /**
   * Spreads the relays of {@code service} anew.
   *
   * @param rate relays a second; null for the service's own
   */
  void rebalance(Service service, @Nullable Double rate) {
    drains.rebalance(
        service,
        rate == null ? service.rebalance().rate() : rate,
        () -> present.balancer(service.name()));
  }

  private static Set<Balancer> balancers(Routing routing) {
    return routing.targets().values().stream()
        .map(Routing.Target::balancer)
        .collect(Collectors.toUnmodifiableSet());
  }
}
