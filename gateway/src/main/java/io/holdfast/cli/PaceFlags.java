package io.holdfast.cli;

import io.holdfast.config.source.Parsers;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** At which pace relays leave, as commands take it. */
final class PaceFlags {
  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "Relays a second (default: as configured). Without --deadline it is kept to, however long"
              + " that takes; where a gateway ends, what else is open has shutdown.deadline then.")
  private @Nullable Double rate;

  @Option(
      names = "--deadline",
      paramLabel = "DURATION",
      converter = Seconds.class,
      description =
          "Such as 60s, or seconds. All are ended by then, or their moves begun (default: as configured). Without --rate they"
              + " are spread evenly, ten a second at least.")
  private @Nullable Double deadline;

  PaceFlags() {}

  /** Of a duration, or a number of them. */
  static final class Seconds implements CommandLine.ITypeConverter<Double> {
    /** Java would take "1d" for a number, too. */
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]*\\.?[0-9]+");

    /** Made by picocli. */
    Seconds() {}

    @Override
    public Double convert(String text) {
      if (NUMBER.matcher(text).matches()) {
        return Double.valueOf(text);
      }
      try {
        return Parsers.duration(text).toMillis() / 1e3;
      } catch (IllegalArgumentException e) {
        throw new CommandLine.TypeConversionException(
            "'" + text + "': " + e.getMessage() + ", or a number of seconds");
      }
    }
  }

  boolean given() {
    return rate != null || deadline != null;
  }

  /** Throws a mistake of {@code command} when they make no sense. */
  void check(AdminCommand command) {
    if (!isSendable(rate) || !isSendable(deadline)) {
      throw command.mistake("--rate and --deadline must be from 0.001 to 999999.999");
    }
  }

  /** Whether the gateway takes it: a number with three decimals. */
  static boolean isSendable(@Nullable Double value) {
    return value == null || (value >= 0.001 && value <= 999_999.999);
  }

  /** As parameters of a call, each after an {@code &}. */
  String query() {
    return parameter("rate", rate) + parameter("deadline", deadline);
  }

  private static String parameter(String name, @Nullable Double value) {
    return value == null ? "" : String.format(Locale.ROOT, "&%s=%.3f", name, value);
  }
}
