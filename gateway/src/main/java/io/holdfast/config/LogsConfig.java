package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.model.Logs;

/** {@code logs}. */
record LogsConfig(
    @Option("The least severe entries of the gateway's own log that are written.") Logs.Level level,
    @Option("How entries of the gateway's own log look.") Logs.Format format,
    @Option(
            value =
                "How entries of the access log look: one line per connection or request, at its"
                    + " end.",
            zero = "no access log")
        Logs.AccessFormat access) {

  static LogsConfig read(Section in) {
    return new LogsConfig(
        in.value("level", "info", Parsers.oneOf(Logs.Level.class)),
        in.value("format", "text", Parsers.oneOf(Logs.Format.class)),
        in.value("access", "text", Parsers.oneOf(Logs.AccessFormat.class)));
  }

  Logs compile() {
    return new Logs(level, format, access);
  }
}
