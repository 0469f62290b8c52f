package io.holdfast.config;

import io.holdfast.config.source.Parser;
import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Value;
import io.holdfast.model.DeployPolicy;
import org.jspecify.annotations.Nullable;

/** One of {@code groups} of a service. */
@Shorthand("share")
record GroupConfig(
    @Option(value = "Share of new work.", zero = "no new work") int share,
    @Option(
            value =
                "Shell command that starts its backends, for `holdfast deploy`. It knows"
                    + " `HOLDFAST_SERVICE` and `HOLDFAST_GROUP`, and must end within"
                    + " `deploy.timeout`; its output goes to the log.",
            otherwise = "they run already")
        @Nullable String start,
    @Option(
            value = "Shell command that stops its backends when a deploy has left them empty.",
            otherwise = "they go on")
        @Nullable String stop) {

  private static final Parser<Integer> SHARE = Parsers.number(0, 1_000_000);

  static GroupConfig read(Value value) {
    return value.isSection()
        ? value.section(GroupConfig::read)
        : new GroupConfig(value.parse(SHARE, 0), null, null);
  }

  static GroupConfig read(Section in) {
    return new GroupConfig(
        in.value("share", "0", SHARE),
        in.optional("start", GroupConfig::command),
        in.optional("stop", GroupConfig::command));
  }

  private static String command(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("expected a shell command");
    }
    return text;
  }

  DeployPolicy.Commands commands() {
    return new DeployPolicy.Commands(start, stop);
  }
}
