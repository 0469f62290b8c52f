package io.holdfast.control;

import static java.util.Objects.requireNonNull;

import io.holdfast.balance.Balancer;
import io.holdfast.discovery.Found;
import io.holdfast.listen.Routing;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import io.holdfast.upstream.Upstream;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The configuration in force: the file's, with the backends that were found by their names, and the
 * shares that deploys have given to its groups. Any thread may read what holds; all else is done in
 * a {@linkplain ChangeLock turn}.
 */
final class InForce {
  private final Compiler compiler;
  private final Shares shares;
  private final AtomicReference<Routing> routing;
  private volatile @Nullable Snapshot file;
  private Found found = Found.NOTHING;

  /**
   * A configuration that may come into force.
   *
   * @param file as the file has it
   * @param found what is known of names in it
   * @param routing made from both, with the shares that hold
   */
  record Next(Snapshot file, Found found, Routing routing) {}

  /**
   * Nothing is in force yet.
   *
   * @param routing what the data path reads; set here
   */
  InForce(Compiler compiler, Shares shares, AtomicReference<Routing> routing) {
    this.compiler = compiler;
    this.shares = shares;
    this.routing = routing;
  }

  /** Takes up the shares that were kept before a restart. */
  void restore() {
    shares.restore();
  }

  /**
   * Makes of a file, and of what is known of the names in it, what would be in force.
   *
   * @throws io.holdfast.tls.TlsException when a service's authorities cannot be read
   */
  Next next(Snapshot changed, Found known) {
    Snapshot after = shares.apply(known.in(changed));
    return new Next(changed, known, compiler.compile(after, routing.get()));
  }

  /** Puts it into force. */
  void put(Next next) {
    file = next.file();
    found = next.found();
    shares.forget(next.file());
    routing.set(next.routing());
    next.routing().enforce();
  }

  /**
   * Puts other shares of a service's groups into force.
   *
   * @param expected the shares that the file must have, for others hold then
   * @param keep whether that outlives this process
   * @param first done right before, if they come into force
   * @return false when there is no such service, or the file has other shares
   */
  boolean shift(
      String service,
      Map<String, Integer> expected,
      Map<String, Integer> to,
      boolean keep,
      Runnable first) {
    Snapshot present = file();
    Service of = present.services().get(service);
    if (of == null || !of.balance().groups().equals(expected)) {
      return false;
    }
    Snapshot after = shares.apply(found.in(present), of, to);
    Next next = new Next(present, found, compiler.compile(after, routing.get()));
    shares.set(of, to, keep);
    first.run();
    put(next);
    return true;
  }

  /** The shares of a service's groups by the file; none when there is no such service. */
  Map<String, Integer> fileShares(String service) {
    Service of = file().services().get(service);
    return of == null ? Map.of() : of.balance().groups();
  }

  /** The configuration as its file has it. */
  Snapshot file() {
    return requireNonNull(file);
  }

  /** Whether something else would be in force if this were known of names. */
  boolean wouldChange(Found known) {
    return !known.in(file()).equals(found.in(file()));
  }

  /** What the data path reads. */
  Routing routing() {
    return routing.get();
  }

  Snapshot snapshot() {
    return routing().snapshot();
  }

  /** A service as it is now; null when there is none of that name. */
  @Nullable Service service(String name) {
    return snapshot().services().get(name);
  }

  /** The balancer of a service; null when no route leads to it. */
  @Nullable Balancer balancer(String service) {
    Routing.Target target = target(service);
    return target == null ? null : target.balancer();
  }

  /** How a service's backends are connected to; null when no route leads to it. */
  @Nullable Upstream upstream(String service) {
    Routing.Target target = target(service);
    return target == null ? null : target.upstream();
  }

  /** Backends may come up before anything is in force. */
  private Routing.@Nullable Target target(String service) {
    Routing now = routing.get();
    return now == null ? null : now.toService(service);
  }
}
