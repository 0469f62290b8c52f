package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Value;
import io.holdfast.model.Balance;
import io.holdfast.model.HostPolicy;
import io.holdfast.model.OnUnhealthy;
import io.holdfast.model.Service;
import io.holdfast.model.UpstreamTls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One of {@code services}. */
record ServiceConfig(
    @Option("How a backend is chosen.") BalanceConfig balance,
    @Option(
            value =
                "Groups of backends with their shares of new work, such as `{ blue: 90, green: 10 }`,"
                    + " whatever the weights in them. A group none of whose backends takes work"
                    + " gives its share to the others."
                    + " [Deploys](deploys.md) go from one group to another.",
            otherwise = "groups do not matter")
        Map<String, GroupConfig> groups,
    @Option(value = "What brings a client back to its backend.", otherwise = "nothing does")
        AffinityConfig affinity,
    @Option("How backends are asked whether they are well.") HealthConfig health,
    @Option("When failures that clients meet take a backend out.") EjectionConfig ejection,
    @Option("What each backend may have at once.") CapacityConfig capacity,
    @Option("How many handshakes go to the backends, against storms of clients that come back.")
        HandshakesConfig handshakes,
    @Option("Bounds on every wait.") TimeoutsConfig timeouts,
    @Option("How the life of both legs of a relay is watched.") KeepaliveConfig keepalive,
    @Option(
            "How long a relay may live before it is closed with `drain.code`, so that its client"
                + " comes back, perhaps elsewhere.")
        AgeConfig maxConnectionAge,
    @Option("How often another backend may be tried for one request.") RetriesConfig retries,
    @Option("How the relays of a backend end that goes.") DrainConfig drain,
    @Option("How relays are moved to other backends while their clients notice nothing.")
        MigrationConfig migration,
    @Option("How relays are spread anew when a backend joins.") RebalanceConfig rebalance,
    @Option("How `holdfast deploy` goes from one group to another.") DeployConfig deploy,
    @Option(
            "What backends see as `Host`: `client` is what the client sent, `backend` the backend's"
                + " own host and port, anything else is sent as it is.")
        HostPolicy host,
    @Option(
            "Whether certificates of `wss` and `https` backends are verified. `false` takes any"
                + " certificate, and a warning says so.")
        boolean tlsVerify,
    @Option(
            value = "PEM file of the authorities to trust; relative to the config file's folder.",
            otherwise = "the system's authorities")
        @Nullable Path tlsCa,
    @Option(
            value = "Name to ask the backend for (SNI) and to verify.",
            otherwise = "the backend's host")
        @Nullable String tlsServerName,
    @Option(
            "Whether a breach of RFC 6455's framing rules ends a relay with 1002. Without, only"
                + " what we cannot relay does.")
        boolean strict,
    @Option(
            value =
                "Addresses, such as `ws://10.0.0.1:8000`, or mappings with more. At least one, none"
                    + " twice.",
            required = true)
        List<BackendConfig> backends) {

  static ServiceConfig read(Section in, Folder folder, LimitsConfig limits) {
    ServiceConfig service =
        new ServiceConfig(
            BalanceConfig.read(in, "balance"),
            in.map("groups", Parsers::name, (_, group) -> GroupConfig.read(group)),
            in.section("affinity", AffinityConfig::read),
            in.section("health", HealthConfig::read),
            in.section("ejection", EjectionConfig::read),
            in.section("capacity", CapacityConfig::read),
            in.section("handshakes", HandshakesConfig::read),
            in.section("timeouts", TimeoutsConfig::read),
            in.section("keepalive", KeepaliveConfig::read),
            AgeConfig.read(in, "maxConnectionAge"),
            RetriesConfig.read(in, "retries"),
            in.section("drain", drain -> DrainConfig.read(drain, limits)),
            in.section("migration", MigrationConfig::read),
            in.section("rebalance", RebalanceConfig::read),
            in.section("deploy", deploy -> DeployConfig.read(deploy, folder)),
            in.value("host", "client", ServiceConfig::host),
            in.value("tlsVerify", "true", Parsers::flag),
            in.optional("tlsCa", folder::readable),
            in.optional("tlsServerName", ServiceConfig::serverName),
            in.value("strict", "true", Parsers::flag),
            backends(in));
    service.check(in);
    return service;
  }

  private static List<BackendConfig> backends(Section in) {
    List<BackendConfig> backends = new ArrayList<>();
    Map<String, Value> places = new HashMap<>();
    for (Value item : in.someItems("backends", "backend")) {
      int before = in.errors();
      BackendConfig backend = BackendConfig.read(item);
      if (in.errors() > before) {
        continue;
      }
      Value first = places.putIfAbsent(backend.compile().address(), item);
      if (first != null) {
        item.error(
            "%s stands here again; it is %s already"
                .formatted(backend.compile().address(), first.path()));
      }
      backends.add(backend);
    }
    return backends;
  }

  /** Whether there is somebody to deploy to. */
  boolean hasDeploys() {
    return groups.size() > 1;
  }

  private void check(Section in) {
    checkGroups(in);
    boolean byKey =
        balance.algorithm() == Balance.IP_HASH
            || balance.algorithm() == Balance.CONSISTENT_HASH
            || affinity.hash() != null;
    if (rebalance.auto() && byKey) {
      in.warning("rebalance.auto", "services that choose by a key are not rebalanced");
    }
    if (drain.onUnhealthy() == OnUnhealthy.MOVE && migration.compile() == null) {
      in.error(
          "drain.onUnhealthy",
          "move needs migration: { mode: live }; expected that, leave or close");
    }
    boolean tls = backends.stream().anyMatch(backend -> backend.url().tls());
    if (!tlsVerify && tls) {
      in.warning("tlsVerify", "any certificate of a backend is taken; use this for trials only");
    }
    if (!tlsVerify && tlsCa != null) {
      in.error("tlsCa", "has no use without tlsVerify; expected one or the other");
    }
    if (!backends.isEmpty() && backends.stream().allMatch(backend -> backend.weight() == 0)) {
      in.warning("backends", "all weights are 0, so no backend takes new clients");
    }
  }

  /** Every backend is in a group with a share, and every group has a backend. */
  private void checkGroups(Section in) {
    if (groups.isEmpty()) {
      return;
    }
    for (BackendConfig backend : backends) {
      String group = backend.group();
      if (group == null || !groups.containsKey(group)) {
        in.error(
            "groups",
            "has no share for %s of backend %s; expected one for every backend's group"
                .formatted(
                    group == null ? "no group" : "group " + group, backend.compile().address()));
      }
    }
    for (String group : groups.keySet()) {
      if (backends.stream().noneMatch(backend -> group.equals(backend.group()))) {
        in.warning("groups", "no backend is in group " + group + ", so others take its share");
      }
    }
    if (groups.values().stream().allMatch(group -> group.share() == 0)) {
      in.warning("groups", "all shares are 0, so no backend takes new clients");
    }
  }

  private static HostPolicy host(String text) {
    return switch (text) {
      case "client" -> new HostPolicy(HostPolicy.Kind.CLIENT, null);
      case "backend" -> new HostPolicy(HostPolicy.Kind.BACKEND, null);
      default -> {
        String expected = "expected client, backend, or a host such as chat.internal:8080";
        if (Address.parse(text, 0, expected).host().isEmpty()) {
          throw new IllegalArgumentException(expected);
        }
        yield new HostPolicy(HostPolicy.Kind.FIXED, text);
      }
    };
  }

  private static String serverName(String text) {
    if (text.matches("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")) {
      return text;
    }
    throw new IllegalArgumentException("expected a host name such as chat.internal");
  }

  private <T> Map<String, T> by(Function<GroupConfig, T> what) {
    return groups.entrySet().stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> what.apply(e.getValue())));
  }

  Service compile(String name) {
    return new Service(
        name,
        balance.compile(by(GroupConfig::share)),
        affinity.compile(name),
        backends.stream().map(BackendConfig::compile).toList(),
        health.probe(),
        ejection.compile(),
        capacity.compile(),
        handshakes.compile(),
        health.panic(),
        timeouts.compile(),
        keepalive.compile(),
        maxConnectionAge.compile(),
        retries.compile(),
        drain.compile(migration.compile() != null),
        migration.compile(),
        rebalance.compile(),
        deploy.compile(by(GroupConfig::commands)),
        host,
        new UpstreamTls(tlsVerify, tlsCa, tlsServerName),
        strict);
  }
}
