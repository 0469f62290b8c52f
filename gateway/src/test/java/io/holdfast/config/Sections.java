package io.holdfast.config;

import io.holdfast.config.source.Section;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every section of the file: where it stands, its record, and how it is read. The schema and the
 * reference page are made of this.
 */
record Sections(String path, Class<? extends Record> type, Function<Section, ?> reader) {

  private static final Folder HERE = new Folder(java.nio.file.Path.of(""));

  static final List<Sections> ALL =
      List.of(
          new Sections("", FileConfig.class, in -> FileConfig.read(in, HERE)),
          new Sections("listeners[]", ListenerConfig.class, in -> ListenerConfig.read(in, HERE)),
          new Sections(
              "listeners[].tls", ListenerTlsConfig.class, in -> ListenerTlsConfig.read(in, HERE)),
          new Sections(
              "listeners[].tls.certificates[]",
              CertificateConfig.class,
              in -> CertificateConfig.read(in, HERE)),
          new Sections("admin", AdminConfig.class, AdminConfig::read),
          new Sections("limits", LimitsConfig.class, LimitsConfig::read),
          new Sections("shutdown", ShutdownConfig.class, ShutdownConfig::read),
          new Sections("logs", LogsConfig.class, LogsConfig::read),
          new Sections("dns", DnsConfig.class, DnsConfig::read),
          new Sections(
              "routes[]", RouteConfig.class, in -> RouteConfig.read(in, java.util.Set.of())),
          new Sections("routes[].match", MatchConfig.class, MatchConfig::read),
          new Sections("routes[].rewrite", RewriteConfig.class, RewriteConfig::read),
          new Sections("routes[].headers", RouteHeadersConfig.class, RouteHeadersConfig::read),
          new Sections(
              "routes[].headers.request", HeaderEditsConfig.class, HeaderEditsConfig::read),
          new Sections("routes[].admit", AdmitConfig.class, AdmitConfig::read),
          new Sections(
              "services.NAME", ServiceConfig.class, in -> ServiceConfig.read(in, HERE, limits())),
          new Sections("services.NAME.balance", BalanceConfig.class, BalanceConfig::read),
          new Sections("services.NAME.balance.reports", ReportsConfig.class, ReportsConfig::read),
          new Sections("services.NAME.affinity", AffinityConfig.class, AffinityConfig::read),
          new Sections("services.NAME.affinity.cookie", CookieConfig.class, CookieConfig::read),
          new Sections(
              "services.NAME.affinity.appCookie", AppCookieConfig.class, AppCookieConfig::read),
          new Sections(
              "services.NAME.affinity.key", KeyAffinityConfig.class, KeyAffinityConfig::read),
          new Sections("services.NAME.health", HealthConfig.class, HealthConfig::read),
          new Sections(
              "services.NAME.health.websocket",
              WebSocketProbeConfig.class,
              WebSocketProbeConfig::read),
          new Sections("services.NAME.health.http", HttpProbeConfig.class, HttpProbeConfig::read),
          new Sections("services.NAME.health.tcp", TcpProbeConfig.class, TcpProbeConfig::read),
          new Sections("services.NAME.ejection", EjectionConfig.class, EjectionConfig::read),
          new Sections("services.NAME.capacity", CapacityConfig.class, CapacityConfig::read),
          new Sections("services.NAME.handshakes", HandshakesConfig.class, HandshakesConfig::read),
          new Sections("services.NAME.timeouts", TimeoutsConfig.class, TimeoutsConfig::read),
          new Sections("services.NAME.keepalive", KeepaliveConfig.class, KeepaliveConfig::read),
          new Sections("services.NAME.maxConnectionAge", AgeConfig.class, AgeConfig::read),
          new Sections("services.NAME.retries", RetriesConfig.class, RetriesConfig::read),
          new Sections(
              "services.NAME.drain", DrainConfig.class, in -> DrainConfig.read(in, limits())),
          new Sections("services.NAME.migration", MigrationConfig.class, MigrationConfig::read),
          new Sections(
              "services.NAME.migration.settle",
              MigrationConfig.SettleConfig.class,
              MigrationConfig.SettleConfig::read),
          new Sections(
              "services.NAME.migration.prologue",
              MigrationConfig.PrologueConfig.class,
              MigrationConfig.PrologueConfig::read),
          new Sections("services.NAME.rebalance", RebalanceConfig.class, RebalanceConfig::read),
          new Sections(
              "services.NAME.deploy", DeployConfig.class, in -> DeployConfig.read(in, HERE)),
          new Sections(
              "services.NAME.deploy.verify",
              DeployConfig.VerifyConfig.class,
              DeployConfig.VerifyConfig::read),
          new Sections("services.NAME.groups.NAME", GroupConfig.class, GroupConfig::read),
          new Sections("services.NAME.backends[]", BackendConfig.class, BackendConfig::read));

  static LimitsConfig limits() {
    return Section.ofDefaults(LimitsConfig::read);
  }

  static Sections of(Class<?> type) {
    return ALL.stream().filter(section -> section.type == type).findFirst().orElseThrow();
  }

  /** Key to the text of its default, which is null where there is none. */
  Map<String, @Nullable String> defaults() {
    Map<String, @Nullable String> defaults = new LinkedHashMap<>();
    Section.ofDefaults(in -> {
      Object read = reader.apply(in);
      defaults.putAll(in.asked());
      return read;
    });
    return defaults;
  }

  List<RecordComponent> components() {
    return List.of(type.getRecordComponents());
  }
}
