package io.holdfast.config.source;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How the common kinds of values are written. */
public final class Parsers {

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
  private static final Pattern ZERO = Pattern.compile("0+(ms|s|m|h|d)");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,10}");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})(B|KiB|MiB|GiB)?");
  private static final Pattern RATE = Pattern.compile("(\\d{1,9})/([smh])");
  private static final Pattern SHARE = Pattern.compile("(\\d{1,3})%");
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?");
  private static final Duration LONGEST = Duration.ofDays(3650);

  private Parsers() {}

  /** A duration above zero, such as {@code 250ms}. */
  public static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (matcher.matches()) {
      long amount = Long.parseLong(matcher.group(1));
      Duration duration =
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
          };
      if (duration.isPositive() && duration.compareTo(LONGEST) <= 0) {
        return duration;
      }
    }
    throw new IllegalArgumentException(
        "expected a duration above zero such as 250ms, 10s, 5m, 24h or 7d");
  }

  /** A duration, or zero for {@code off} and {@code 0}. */
  public static Duration durationOrOff(String text) {
    if (isOff(text) || ZERO.matcher(text).matches()) {
      return Duration.ZERO;
    }
    try {
      return duration(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "expected a duration such as 250ms, 10s, 5m, 24h or 7d, or off", e);
    }
  }

  /** A size in bytes above zero, such as {@code 16KiB} or {@code 512}. */
  public static Size size(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (matcher.matches() && Long.parseLong(matcher.group(1)) > 0) {
      String unit = matcher.group(2);
      int shift =
          switch (unit == null ? "B" : unit) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            default -> 0;
          };
      // Nine digits of GiB still fit into 63 bits.
      if (shift == 0 || matcher.group(1).length() <= 9) {
        return new Size(Long.parseLong(matcher.group(1)) << shift);
      }
    }
    throw new IllegalArgumentException(
        "expected a size above zero such as 512, 16KiB, 1MiB or 1GiB");
  }

  /** A size, or zero bytes for {@code off} and {@code 0}. */
  public static Size sizeOrOff(String text) {
    if (isOff(text)) {
      return new Size(0);
    }
    try {
      return size(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "expected a size such as 512, 16KiB, 1MiB or 1GiB, or off", e);
    }
  }

  /** A rate above zero, such as {@code 5/s} or {@code 300/m}. */
  public static Rate rate(String text) {
    Matcher matcher = RATE.matcher(text);
    if (matcher.matches() && Long.parseLong(matcher.group(1)) > 0) {
      double seconds =
          switch (matcher.group(2)) {
            case "s" -> 1;
            case "m" -> 60;
            default -> 3600;
          };
      return new Rate(Long.parseLong(matcher.group(1)) / seconds);
    }
    throw new IllegalArgumentException("expected a rate above zero such as 5/s, 300/m or 1000/h");
  }

  /** A share from {@code 0%} to {@code 100%}. */
  public static Share share(String text) {
    Matcher matcher = SHARE.matcher(text);
    if (matcher.matches() && Integer.parseInt(matcher.group(1)) <= 100) {
      return new Share(Integer.parseInt(matcher.group(1)) / 100.0);
    }
    throw new IllegalArgumentException("expected a share from 0% to 100%");
  }

  /** A whole number within bounds. */
  public static Parser<Integer> number(int least, int most) {
    return text -> {
      if (NUMBER.matcher(text).matches()) {
        long number = Long.parseLong(text);
        if (number >= least && number <= most) {
          return (int) number;
        }
      }
      throw new IllegalArgumentException(
          "expected a whole number from %d to %d".formatted(least, most));
    };
  }

  /** {@code true} or {@code false}. */
  public static boolean flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("expected true or false");
    };
  }

  /** One of an enum's constants, in lower case. */
  public static <E extends Enum<E>> Parser<E> oneOf(Class<E> type) {
    return text -> {
      for (E constant : type.getEnumConstants()) {
        if (word(constant).equals(text)) {
          return constant;
        }
      }
      throw new IllegalArgumentException(
          "expected one of "
              + Arrays.stream(type.getEnumConstants())
                  .map(Parsers::word)
                  .collect(Collectors.joining(", ")));
    };
  }

  /** How a constant is written in the file. */
  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** A name that is fit for labels, paths and commands. */
  public static String name(String text) {
    if (NAME.matcher(text).matches()) {
      return text;
    }
    throw new IllegalArgumentException(
        "expected a name of at most 64 letters, digits, dots, dashes and underscores,"
            + " with a letter or digit first and last");
  }

  private static boolean isOff(String text) {
    return text.equals("off") || text.equals("0");
  }
}
