package io.holdfast.control;

import io.holdfast.discovery.Discovery;
import io.holdfast.model.Admin;
import io.holdfast.model.Dns;
import io.holdfast.model.HeaderEdits;
import io.holdfast.model.Limits;
import io.holdfast.model.Listener;
import io.holdfast.model.Logs;
import io.holdfast.model.Match;
import io.holdfast.model.MessageLimits;
import io.holdfast.model.PathPattern;
import io.holdfast.model.Rewrite;
import io.holdfast.model.Route;
import io.holdfast.model.Service;
import io.holdfast.model.Shutdown;
import io.holdfast.model.Snapshot;
import io.holdfast.model.Transport;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Configurations for tests, with nothing special about them. */
final class Snapshots {
  static final Limits LIMITS =
      new Limits(0, 0, 16384, 100, Duration.ofSeconds(10), Duration.ofSeconds(60));
  static final Logs LOGS = new Logs(Logs.Level.INFO, Logs.Format.TEXT, Logs.AccessFormat.OFF);
  static final Shutdown SHUTDOWN = new Shutdown(Duration.ZERO, Duration.ofSeconds(10));
  static final Dns DNS =
      new Dns(
          List.of(),
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ZERO,
          Duration.ofMillis(10),
          Duration.ZERO);
  static final Admin ADMIN = new Admin(false, "127.0.0.1", 0, null);

  /** Of names that nobody knows. */
  static final Discovery NO_DISCOVERY =
      new Discovery(
          (_, _) -> CompletableFuture.failedFuture(new UnknownHostException()), System::nanoTime);

  private Snapshots() {}

  static Listener listener(int port) {
    return new Listener("127.0.0.1", port, null, List.of());
  }

  static Route route(String name, String path, String service) {
    return new Route(
        name,
        new Match(List.of(), PathPattern.parse(path), Map.of(), Map.of()),
        service,
        Rewrite.NONE,
        HeaderEdits.NONE,
        HeaderEdits.NONE,
        MessageLimits.NONE);
  }

  static Snapshot of(List<Listener> listeners, List<Route> routes, Service... services) {
    return of(listeners, routes, DNS, services);
  }

  static Snapshot of(List<Listener> listeners, List<Route> routes, Dns dns, Service... services) {
    return new Snapshot(
        listeners,
        ADMIN,
        LIMITS,
        routes,
        List.of(services).stream().collect(Collectors.toMap(Service::name, s -> s)),
        SHUTDOWN,
        LOGS,
        dns,
        Transport.NIO,
        null);
  }
}
