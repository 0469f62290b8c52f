package io.holdfast.control;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.LiveBackends;
import io.holdfast.listen.Routing;
import io.holdfast.model.Route;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import io.holdfast.relay.RelayPolicy;
import io.holdfast.route.Router;
import io.holdfast.upstream.Upstream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a snapshot what the data path reads. What did not change is taken over from the one
 * before: its turn, its retry budget, its pooled connections.
 */
final class Compiler {
  private final LiveBackends live;
  private final String processSecret;

  /** Parts of one service that live as long as its configuration stays the same. */
  private record Parts(Balancer balancer, Upstream upstream) {}

  Compiler(LiveBackends live, String processSecret) {
    this.live = live;
    this.processSecret = processSecret;
  }

  /**
   * Compiles {@code snapshot}.
   *
   * @param before the one in force; null at start
   * @throws io.holdfast.tls.TlsException when a service's authorities cannot be read
   */
  Routing compile(Snapshot snapshot, @Nullable Routing before) {
    Map<String, Parts> known = new HashMap<>();
    if (before != null) {
      for (Routing.Target target : before.targets().values()) {
        known.put(
            target.balancer().service().name(), new Parts(target.balancer(), target.upstream()));
      }
    }
    Map<String, Parts> parts = new HashMap<>();
    Map<String, Routing.Target> targets = new HashMap<>();
    for (Route route : snapshot.routes()) {
      Service service = snapshot.services().get(route.service());
      if (service == null) {
        throw new IllegalStateException("route " + route.name() + " leads nowhere");
      }
      // Compared once per service, not per route: both may be many, and so may backends.
      Parts leads = parts.computeIfAbsent(service.name(), name -> parts(service, known.get(name)));
      RelayPolicy policy = RelayPolicy.of(service, route.messages());
      targets.put(
          route.name(), new Routing.Target(route, leads.balancer(), leads.upstream(), policy));
    }
    return new Routing(snapshot, Router.of(snapshot.routes()), targets);
  }

  /** Whether nobody has left: at the same address may be another machine when it comes back. */
  private static boolean stay(Service before, Service after) {
    Set<String> now = names(after);
    return now.containsAll(names(before));
  }

  private static Set<String> names(Service service) {
    return service.backends().stream()
        .map(backend -> backend.address() + " " + backend.name())
        .collect(Collectors.toSet());
  }

  private Parts parts(Service service, @Nullable Parts before) {
    if (before != null && before.balancer().service().equals(service)) {
      return before;
    }
    if (before == null) {
      return new Parts(new Balancer(service, live, processSecret), new Upstream(service));
    }
    Balancer balancer = new Balancer(service, live, processSecret, before.balancer());
    balancer.startSlowly(before.balancer());
    boolean fits = before.upstream().fits(service) && stay(before.balancer().service(), service);
    return new Parts(balancer, fits ? before.upstream() : new Upstream(service));
  }
}
