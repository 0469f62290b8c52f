package io.holdfast.control;

import static io.holdfast.control.Snapshots.listener;
import static io.holdfast.control.Snapshots.route;
import static java.util.Objects.requireNonNull;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.Lease;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.LiveBackends;
import io.holdfast.balance.Services;
import io.holdfast.balance.StateListener;
import io.holdfast.discovery.Discovery;
import io.holdfast.health.Ejections;
import io.holdfast.health.Health;
import io.holdfast.lifecycle.Pace;
import io.holdfast.listen.Listeners;
import io.holdfast.listen.Permits;
import io.holdfast.listen.Routing;
import io.holdfast.listen.Shared;
import io.holdfast.listen.Transports;
import io.holdfast.model.Backend;
import io.holdfast.model.Balance;
import io.holdfast.model.DeployPolicy;
import io.holdfast.model.Dns;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import io.holdfast.model.Transport;
import io.holdfast.model.UpstreamTls;
import io.holdfast.observe.Meters;
import io.holdfast.upstream.Dialer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A gateway without a process of its own: one service of the groups blue (two backends that have
 * all clients) and green.
 */
final class Gateway implements AutoCloseable {
  /** Takes connections and says nothing, which is well enough for a probe by TCP. */
  private static final ServerSocket WELL = listening();

  static final Backend BLUE = new Backend(false, "127.0.0.1", WELL.getLocalPort(), "", 1, "blue");
  static final Backend BLUE_TOO = new Backend(false, "127.0.0.1", 2, "", 1, "blue");
  static final Backend GREEN = new Backend(false, "127.0.0.1", 3, "", 1, "green");

  private final Transports transports = Transports.choose(Transport.NIO);
  private final EventLoopGroup group = transports.newGroup(1);
  private final Dialer dialer =
      new Dialer(
          transports.dialling(),
          transports.socket(),
          transports.datagram(),
          Snapshots.DNS,
          WriteBufferWaterMark.DEFAULT);
  private final Meters meters = new Meters();
  private final LiveBackends live = new LiveBackends();
  private final Health health = new Health(group.next(), dialer, meters);
  private final AtomicReference<Routing> routing = new AtomicReference<>();
  private final Dns dns;
  private volatile Snapshot file;
  final Control control;
  final Deploys deploys;

  /** One that has just started, but for its deploys. */
  Gateway(StateFolder state, Service service) throws InterruptedException {
    this(state, service, Snapshots.NO_DISCOVERY, Snapshots.DNS);
  }

  /** The same, which finds backends so. */
  Gateway(StateFolder state, Service service, Discovery discovery, Dns dns)
      throws InterruptedException {
    this.dns = dns;
    file = snapshot(service, 0);
    ConfigSource source =
        new ConfigSource() {
          @Override
          public Loaded load() {
            return new Loaded(file, List.of());
          }

          @Override
          public @Nullable Path file() {
            return null;
          }
        };
    Listeners listeners =
        new Listeners(
            transports,
            group,
            new Shared(routing::get, dialer, meters, _ -> {}, new Permits(), new Ejections(group)),
            WriteBufferWaterMark.DEFAULT);
    Events events = new Events();
    control =
        new Control(
            source,
            discovery,
            live,
            state,
            listeners,
            routing,
            List.of(),
            group.next(),
            meters,
            events,
            _ -> {});
    deploys = new Deploys(control, health, state, events, meters);
    control.start(file, Set.of(), deploys::readmit);
  }

  /** Has it hear of backends whose state changes. */
  void listen(StateListener listener) {
    live.listen(listener);
  }

  private static ServerSocket listening() {
    try {
      return new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Snapshot snapshot(Service service, int port) {
    return Snapshots.of(List.of(listener(port)), List.of(route("r", "/**", "chat")), dns, service);
  }

  /** Puts another service into the file, and a port, and has it read. */
  ReloadOutcome reload(Service service, int port) {
    file = snapshot(service, port);
    return control.reload("test");
  }

  /** The service, whose groups are stopped by these commands. */
  static Service chat(Map<String, String> stops) {
    Service plain = Services.service("chat", Balance.RANDOM, BLUE, BLUE_TOO, GREEN);
    DeployPolicy policy = plain.deploy();
    Map<String, DeployPolicy.Commands> commands = new HashMap<>();
    stops.forEach((name, stop) -> commands.put(name, new DeployPolicy.Commands(null, stop)));
    return with(
        plain,
        plain.backends(),
        new DeployPolicy(
            policy.steps(), policy.bake(), null, policy.timeout(), policy.verify(), commands),
        plain.tls());
  }

  /** The service with other shares of its groups by the file. */
  static Service chat(int blue, int green) {
    return chat(Map.of(), blue, green);
  }

  /** Both of it. */
  static Service chat(Map<String, String> stops, int blue, int green) {
    Service of = chat(stops);
    return of.with(of.balance().withGroups(Map.of("blue", blue, "green", green)), of.backends());
  }

  /** The service with TLS to its backends, by these authorities. */
  static Service secure(Path authorities) {
    Service plain = chat(Map.of());
    List<Backend> backends =
        plain.backends().stream()
            .map(b -> new Backend(true, b.host(), b.port(), "", 1, b.group()))
            .toList();
    return with(plain, backends, plain.deploy(), new UpstreamTls(true, authorities, null));
  }

  private static Service with(
      Service of, List<Backend> backends, DeployPolicy deploy, UpstreamTls tls) {
    return new Service(
        of.name(),
        of.balance().withGroups(Map.of("blue", 100, "green", 0)),
        of.affinity(),
        backends,
        of.probe(),
        of.ejection(),
        of.capacity(),
        of.handshakes(),
        of.panic(),
        of.timeouts(),
        of.keepalive(),
        of.age(),
        of.retries(),
        of.drain(),
        of.migration(),
        of.rebalance(),
        deploy,
        of.host(),
        tls,
        of.strict());
  }

  /** The service as it is in force. */
  Service service() {
    return requireNonNull(control.groups().service("chat"));
  }

  /** Its groups, for a deploy by the file as it is. */
  ServiceFleet fleet() {
    Service now = service();
    return new ServiceFleet(
        control.groups(),
        health,
        "chat",
        control.groups().fileShares("chat"),
        control.groups().members("chat"),
        now.deploy(),
        Pace.of(now.drain()));
  }

  Balancer balancer() {
    return requireNonNull(routing.get().toService("chat")).balancer();
  }

  /** A relay at a backend. */
  Lease relay(Backend at) {
    return place(at, Lease.Kind.RELAY);
  }

  /** A handshake with a backend, which goes on. */
  Lease handshake(Backend at) {
    return place(at, Lease.Kind.HANDSHAKE);
  }

  private Lease place(Backend at, Lease.Kind kind) {
    return requireNonNull(Services.place(balancer(), live(at).id(), Set.of(), kind));
  }

  LiveBackend live(Backend backend) {
    return live.of("chat", backend);
  }

  Map<String, Integer> shares() {
    return service().balance().groups();
  }

  @Override
  public void close() {
    deploys.close();
    control.close();
    health.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    dialer.close();
  }
}
