package io.holdfast.config;

import io.holdfast.config.source.Section;
import io.holdfast.config.source.Value;
import io.holdfast.model.ClientKey;
import io.holdfast.model.TableAffinity;
import java.time.Duration;

/** {@code key} of a service's {@code affinity}. */
@Shorthand("by")
record KeyAffinityConfig(
    @Option(
            value =
                "What tells clients apart: `ip`, `path`, `header:Name`, `cookie:name` or"
                    + " `query:name`. A request without it is promised nothing.",
            required = true)
        ClientKey by,
    @Option(TableConfig.LIFETIME) Duration lifetime,
    @Option(value = TableConfig.IDLE, zero = "for its whole lifetime") Duration idle,
    @Option(TableConfig.SIZE) int size) {

  static KeyAffinityConfig read(Value value) {
    if (value.isSection()) {
      return value.section(KeyAffinityConfig::read);
    }
    TableConfig table = Section.ofDefaults(TableConfig::read);
    return new KeyAffinityConfig(
        value.parse(BalanceConfig::key, ClientKey.ADDRESS),
        table.lifetime(),
        table.idle(),
        table.size());
  }

  static KeyAffinityConfig read(Section in) {
    TableConfig table = TableConfig.read(in);
    return new KeyAffinityConfig(
        in.required("by", ClientKey.ADDRESS, BalanceConfig::key),
        table.lifetime(),
        table.idle(),
        table.size());
  }

  TableAffinity compile() {
    return new TableConfig(lifetime, idle, size).compile(by, false);
  }
}
