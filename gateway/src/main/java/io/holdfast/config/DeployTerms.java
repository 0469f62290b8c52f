package io.holdfast.config;

import io.holdfast.config.source.Parser;
import io.holdfast.config.source.Parsers;
import io.holdfast.model.DeployPolicy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an operator says of one deploy, as {@code deploy} in the file is read. All answer null
 * for null, and throw {@link IllegalArgumentException} with a message for the user.
 */
public final class DeployTerms {
  private DeployTerms() {}

  /** Shares with commas between them, 0 to 1. */
  public static @Nullable List<Double> steps(@Nullable String text) {
    if (text == null) {
      return null;
    }
    List<Double> steps =
        Arrays.stream(text.split(",", -1))
            .map(part -> read("steps", part.strip(), Parsers::share).fraction())
            .toList();
    String wrong = DeployConfig.wrong(steps);
    if (wrong != null) {
      throw new IllegalArgumentException("steps: found \"" + text + "\", " + wrong);
    }
    return steps;
  }

  /** How long each step is watched. */
  public static @Nullable Duration bake(@Nullable String text) {
    return text == null ? null : read("bake", text, Parsers::durationOrOff);
  }

  /** How long a drain takes. */
  public static @Nullable Duration drain(@Nullable String text) {
    return text == null ? null : read("drain", text, Parsers::durationOrOff);
  }

  /** A smoke script; null for an empty text. */
  public static DeployPolicy.@Nullable Smoke smoke(String text) {
    return text.isBlank() ? null : SmokeConfig.parse("smoke script", text);
  }

  private static <T> T read(String name, String text, Parser<T> parser) {
    try {
      return parser.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": found \"" + text + "\", " + e.getMessage(), e);
    }
  }
}
