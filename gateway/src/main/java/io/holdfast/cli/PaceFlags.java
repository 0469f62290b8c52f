package io.holdfast.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** At which pace relays leave, as commands take it. */
final class PaceFlags {
  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "Relays a second (default: as configured). Without --deadline it is kept to, however long"
              + " that takes.")
  private @Nullable Double rate;

  @Option(
      names = "--deadline",
      paramLabel = "SECONDS",
      description =
          "All are gone by then (default: as configured). Without --rate they are spread evenly.")
  private @Nullable Double deadline;

  PaceFlags() {}

  boolean given() {
    return rate != null || deadline != null;
  }

  /** Throws a mistake of {@code command} when they make no sense. */
  void check(AdminCommand command) {
    if ((rate != null && rate <= 0) || (deadline != null && deadline <= 0)) {
      throw command.mistake("--rate and --deadline must be above 0");
    }
  }

  /** As parameters of a call, each after an {@code &}. */
  String query() {
    return parameter("rate", rate) + parameter("deadline", deadline);
  }

  private static String parameter(String name, @Nullable Double value) {
    return value == null ? "" : String.format(Locale.ROOT, "&%s=%.3f", name, value);
  }
}
