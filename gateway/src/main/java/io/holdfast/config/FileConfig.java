package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Value;
import io.holdfast.model.Route;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import io.holdfast.model.Transport;
import io.holdfast.route.Ties;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The whole file. */
record FileConfig(
    @Option(
            value = "Addresses that clients connect to. At least one; no two may overlap.",
            required = true)
        List<ListenerConfig> listeners,
    @Option("The admin listener: health, metrics and the admin API.") AdminConfig admin,
    @Option("Bounds that hold for every client before its route is known.") LimitsConfig limits,
    @Option("How the gateway itself stops on SIGTERM.") ShutdownConfig shutdown,
    @Option("What is written to standard output.") LogsConfig logs,
    @Option(
            "How names of backends are looked up, which is done anew when an answer's time is over.")
        DnsConfig dns,
    @Option(
            "How bytes are moved: `auto` takes the first that works here of io_uring (Linux 6.12),"
                + " epoll and nio; the others insist on one.")
        Transport transport,
    @Option(
            value =
                "Folder for what outlives the process: the secret that signs affinity cookies, what"
                    + " operators have said of backends, promises of affinity tables, deploys and"
                    + " the shares they have given, and addresses that were discovered. Made when there is none; relative to"
                    + " the config file's folder. A change counts from the next start on.",
            otherwise = "all of it ends with the process")
        @Nullable Path state,
    @Option(
            value =
                "What leads to which service. At least one, in any order: the most specific match"
                    + " wins, by host, then path, then the number of header and query conditions."
                    + " Two routes that could match one request with equal rank are an error.",
            required = true)
        List<RouteConfig> routes,
    @Option(
            value = "Sets of backends with one policy each, by name. At least one.",
            required = true)
        Map<String, ServiceConfig> services) {

  static FileConfig read(Section in, Folder folder) {
    List<ListenerConfig> listeners = listeners(in, folder);
    AdminConfig admin = in.section("admin", AdminConfig::read);
    if (admin.enabled()) {
      for (ListenerConfig listener : listeners) {
        if (listener.bind().collides(admin.bind())) {
          in.error(
              "admin", admin.bind() + " overlaps " + listener.bind() + ", a listener's address");
        }
      }
    }
    LimitsConfig limits = in.section("limits", LimitsConfig::read);
    ShutdownConfig shutdown = in.section("shutdown", ShutdownConfig::read);
    LogsConfig logs = in.section("logs", LogsConfig::read);
    DnsConfig dns = in.section("dns", DnsConfig::read);
    Transport transport = in.value("transport", "auto", Parsers.oneOf(Transport.class));
    Path state = in.optional("state", folder::directory);
    Map<String, ServiceConfig> services = services(in, folder, limits);
    if (state == null && services.values().stream().anyMatch(ServiceConfig::hasDeploys)) {
      in.warning(
          "services",
          "there are groups, but no state folder: deploys do not outlive this process, and after a"
              + " restart the groups have the file's shares again; set state");
    }
    List<RouteConfig> routes = routes(in, in.names("services"));
    return new FileConfig(
        listeners, admin, limits, shutdown, logs, dns, transport, state, routes, services);
  }

  private static List<ListenerConfig> listeners(Section in, Folder folder) {
    List<ListenerConfig> listeners = new ArrayList<>();
    for (Value item : in.someItems("listeners", "listener")) {
      int before = in.errors();
      ListenerConfig listener = item.section(section -> ListenerConfig.read(section, folder));
      if (in.errors() > before) {
        continue;
      }
      for (ListenerConfig other : listeners) {
        // Over a reload a listener is known by its address, so not even port 0 may stand twice.
        if (listener.bind().collides(other.bind()) || listener.bind().equals(other.bind())) {
          item.error(
              "%s overlaps %s, which another listener has"
                  .formatted(listener.bind(), other.bind()));
        }
      }
      listeners.add(listener);
    }
    return listeners;
  }

  private static Map<String, ServiceConfig> services(
      Section in, Folder folder, LimitsConfig limits) {
    int before = in.errors();
    Map<String, ServiceConfig> services =
        in.map(
            "services",
            Parsers::name,
            (name, value) -> value.section(section -> ServiceConfig.read(section, folder, limits)));
    if (services.isEmpty() && in.errors() == before) {
      in.error("services", "expected at least one service");
    }
    return services;
  }

  private static List<RouteConfig> routes(Section in, Set<String> services) {
    List<RouteConfig> routes = new ArrayList<>();
    Set<String> names = new HashSet<>();
    IdentityHashMap<Route, Value> places = new IdentityHashMap<>();
    List<Route> compiled = new ArrayList<>();
    for (Value item : in.someItems("routes", "route")) {
      int before = in.errors();
      RouteConfig config = item.section(section -> RouteConfig.read(section, services));
      if (in.errors() > before) {
        continue;
      }
      if (!names.add(config.name())) {
        item.error("expected a name that no other route has; \"" + config.name() + "\" is taken");
      }
      Route route = config.compile();
      routes.add(config);
      compiled.add(route);
      places.put(route, item);
    }
    for (Ties.Tie tie : Ties.among(compiled)) {
      Value second = Objects.requireNonNull(places.get(tie.second()));
      Value first = Objects.requireNonNull(places.get(tie.first()));
      second.error(
          "one request could match this route and %s with equal rank;".formatted(first.path())
              + " expected a difference in host, path or the number of conditions");
    }
    return routes;
  }

  Snapshot compile() {
    Map<String, Service> compiled = new LinkedHashMap<>();
    services.forEach((name, service) -> compiled.put(name, service.compile(name)));
    return new Snapshot(
        listeners.stream().map(ListenerConfig::compile).toList(),
        admin.compile(),
        limits.compile(OpenFiles.limit()),
        routes.stream().map(RouteConfig::compile).toList(),
        compiled,
        shutdown.compile(),
        logs.compile(),
        dns.compile(),
        transport,
        state);
  }
}
