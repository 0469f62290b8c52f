package io.holdfast.balance;

import io.holdfast.model.AffinityPolicy;
import io.holdfast.model.Backend;
import io.holdfast.model.Balance;
import io.holdfast.model.BalancePolicy;
import io.holdfast.model.Capacity;
import io.holdfast.model.ConnectionAge;
import io.holdfast.model.CookieAffinity;
import io.holdfast.model.DeployPolicy;
import io.holdfast.model.Drain;
import io.holdfast.model.Ejection;
import io.holdfast.model.HandshakePacing;
import io.holdfast.model.HostPolicy;
import io.holdfast.model.Keepalive;
import io.holdfast.model.OnUnhealthy;
import io.holdfast.model.Panic;
import io.holdfast.model.RebalancePolicy;
import io.holdfast.model.Retries;
import io.holdfast.model.Service;
import io.holdfast.model.Timeouts;
import io.holdfast.model.UpstreamTls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Services for tests, with nothing special about them. */
public final class Services {
  private static final Duration SHORT = Duration.ofSeconds(5);

  private Services() {}

  public static Backend backend(String host, int weight) {
    return new Backend(false, host, 8000, "", weight, null);
  }

  public static Service service(String name, Balance balance, Backend... backends) {
    return service(name, balance, null, SHORT, backends);
  }

  /** A place that was chosen; null for none. */
  public static @Nullable Lease place(
      Balancer balancer, @Nullable Long promised, Set<LiveBackend> without, Lease.Kind kind) {
    return balancer.choose(new Wish(promised, null, 0), without, kind) instanceof Lease lease
        ? lease
        : null;
  }

  /** A service with a cookie. */
  public static Service service(
      String name,
      Balance balance,
      @Nullable CookieAffinity cookie,
      Duration pool,
      Backend... backends) {
    AffinityPolicy affinity =
        cookie == null ? null : new AffinityPolicy(cookie, AffinityPolicy.Unhealthy.REBIND);
    return service(name, balance, affinity, Capacity.UNLIMITED, pool, backends);
  }

  /** A service with all that tests want to choose. */
  public static Service service(
      String name,
      Balance balance,
      @Nullable AffinityPolicy affinity,
      Capacity capacity,
      Duration pool,
      Backend... backends) {
    return service(name, balance, affinity, capacity, HandshakePacing.NONE, pool, backends);
  }

  /** A service whose handshakes have a pace. */
  public static Service service(
      String name,
      Balance balance,
      @Nullable AffinityPolicy affinity,
      Capacity capacity,
      HandshakePacing pacing,
      Duration pool,
      Backend... backends) {
    return new Service(
        name,
        new BalancePolicy(balance, null, Duration.ZERO, null, Map.of()),
        affinity,
        List.of(backends),
        null,
        new Ejection(5, SHORT, SHORT, SHORT, 0.5),
        capacity,
        pacing,
        Panic.TRY_ALL,
        new Timeouts(SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, pool),
        new Keepalive(SHORT, SHORT, Duration.ZERO),
        new ConnectionAge(Duration.ZERO, Duration.ZERO),
        new Retries(2, 0.2, 1),
        new Drain(SHORT, OptionalDouble.empty(), 1012, null, OnUnhealthy.LEAVE),
        null,
        new RebalancePolicy(false, 0.1, 50, SHORT),
        new DeployPolicy(
            List.of(1.0), SHORT, null, SHORT, new DeployPolicy.Verify(0, 1, 1, 0), Map.of()),
        new HostPolicy(HostPolicy.Kind.CLIENT, null),
        new UpstreamTls(true, null, null),
        true);
  }
}
