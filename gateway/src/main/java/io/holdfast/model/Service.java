package io.holdfast.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named set of backends with one policy.
 *
 * @param name unique
 * @param balance how a backend is chosen
 * @param affinity what brings a client back to its backend; null for nothing
 * @param backends at least one
 * @param probe how backends are asked whether they are well; null for not at all
 * @param ejection when failures of clients take a backend out
 * @param capacity what each backend may have at once
 * @param handshakes how many go to the backends
 * @param panic what is done when no backend is healthy
 * @param timeouts bounds on every wait
 * @param keepalive pings and what their absence means
 * @param age how long a relay may live
 * @param retries how often another backend may be tried
 * @param drain how relays end when their backend goes
 * @param migration how relays are moved to other backends; null for not at all
 * @param rebalance how relays are spread anew
 * @param deploy how it goes from one group to another
 * @param host what backends see as {@code Host}
 * @param tls how {@code wss} and {@code https} backends are verified
 * @param strict whether RFC 6455's framing rules are enforced (1002 on a breach)
 */
public record Service(
    String name,
    BalancePolicy balance,
    @Nullable AffinityPolicy affinity,
    List<Backend> backends,
    @Nullable Probe probe,
    Ejection ejection,
    Capacity capacity,
    HandshakePacing handshakes,
    Panic panic,
    Timeouts timeouts,
    Keepalive keepalive,
    ConnectionAge age,
    Retries retries,
    Drain drain,
    @Nullable MigrationPolicy migration,
    RebalancePolicy rebalance,
    DeployPolicy deploy,
    HostPolicy host,
    UpstreamTls tls,
    boolean strict) {

  public Service {
    backends = List.copyOf(backends);
  }

  /** The same with these. */
  public Service with(BalancePolicy otherBalance, List<Backend> otherBackends) {
    return new Service(
        name,
        otherBalance,
        affinity,
        otherBackends,
        probe,
        ejection,
        capacity,
        handshakes,
        panic,
        timeouts,
        keepalive,
        age,
        retries,
        drain,
        migration,
        rebalance,
        deploy,
        host,
        tls,
        strict);
  }

  /** The backends of a group. */
  public List<Backend> members(String group) {
    return backends.stream().filter(b -> group.equals(b.group())).toList();
  }
}
