package io.holdfast.listen;

import io.holdfast.balance.Balancer;
import io.holdfast.health.Health;
import io.holdfast.model.Route;
import io.holdfast.model.Snapshot;
import io.holdfast.relay.RelayPolicy;
import io.holdfast.route.Router;
import io.holdfast.upstream.Upstream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot with all that is made from it for the data path. Immutable; a reload swaps it as a
 * whole.
 *
 * @param snapshot what it was made from
 * @param router finds routes
 * @param targets by route name
 */
public record Routing(Snapshot snapshot, Router router, Map<String, Target> targets) {

  public Routing {
    targets = Map.copyOf(targets);
  }

  /** Has the limits of all services hold from now on. */
  public void enforce() {
    targets.values().stream().map(Target::balancer).distinct().forEach(Balancer::enforce);
  }

  /** Any target in {@code service}; null when no route leads there. */
  public @Nullable Target toService(String service) {
    return targets.values().stream()
        .filter(target -> target.balancer().service().name().equals(service))
        .findFirst()
        .orElse(null);
  }

  /** The services that routes lead to, to be probed. */
  public List<Health.Watched> watched() {
    Map<String, Health.Watched> services = new HashMap<>();
    for (Target target : targets.values()) {
      services.putIfAbsent(
          target.balancer().service().name(),
          new Health.Watched(target.balancer(), target.upstream()));
    }
    return List.copyOf(services.values());
  }

  /**
   * Where a route leads.
   *
   * @param route the route
   * @param balancer chooses among the service's backends
   * @param upstream how they are connected to
   * @param policy of relays by this route
   */
  public record Target(Route route, Balancer balancer, Upstream upstream, RelayPolicy policy) {}
}
