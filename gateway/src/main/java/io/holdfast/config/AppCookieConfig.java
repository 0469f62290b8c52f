package io.holdfast.config;

import io.holdfast.config.source.Section;
import io.holdfast.config.source.Value;
import io.holdfast.model.ClientKey;
import io.holdfast.model.TableAffinity;
import java.time.Duration;

/** {@code appCookie} of a service's {@code affinity}. */
@Shorthand("name")
record AppCookieConfig(
    @Option(value = "Name of the cookie that backends set, such as `JSESSIONID`.", required = true)
        String name,
    @Option(TableConfig.LIFETIME) Duration lifetime,
    @Option(value = TableConfig.IDLE, zero = "for its whole lifetime") Duration idle,
    @Option(TableConfig.SIZE) int size) {

  static AppCookieConfig read(Value value) {
    if (value.isSection()) {
      return value.section(AppCookieConfig::read);
    }
    TableConfig table = Section.ofDefaults(TableConfig::read);
    return new AppCookieConfig(
        value.parse(CookieConfig::name, ""), table.lifetime(), table.idle(), table.size());
  }

  static AppCookieConfig read(Section in) {
    TableConfig table = TableConfig.read(in);
    return new AppCookieConfig(
        in.required("name", "", CookieConfig::name), table.lifetime(), table.idle(), table.size());
  }

  TableAffinity compile() {
    return new TableConfig(lifetime, idle, size)
        .compile(new ClientKey(ClientKey.Source.COOKIE, name), true);
  }
}
