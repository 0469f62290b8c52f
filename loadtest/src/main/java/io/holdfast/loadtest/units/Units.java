package io.holdfast.loadtest.units;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** Reads durations, sizes, rates, addresses and header fields from command-line options. */
public final class Units {
  private static final Pattern NUMBER_UNIT =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)\\s*([a-zA-Z]*)");

  /** A name in HTTP (RFC 9110 section 5.6.2). */
  public static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private static final Pattern LITERAL = Pattern.compile("[0-9a-fA-F:.]+");

  private Units() {}

  /** {@code 250ms}, {@code 10s}, {@code 5m}, {@code 1h}; a bare number is seconds. */
  public static final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      Matcher parts = match(text, "a duration such as 250ms, 10s, 5m or 1h");
      double nanos =
          switch (parts.group(2)) {
            case "us" -> 1e3;
            case "ms" -> 1e6;
            case "", "s" -> 1e9;
            case "m" -> 60e9;
            case "h" -> 3_600e9;
            default -> throw wrong(text, "a duration such as 250ms, 10s, 5m or 1h");
          };
      return Duration.ofNanos(Math.round(Double.parseDouble(parts.group(1)) * nanos));
    }
  }

  /** Bytes: {@code 64}, {@code 16KiB}, {@code 1MiB}. */
  public static final class SizeConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      String expected = "a size up to 1GiB such as 64, 16KiB or 1MiB";
      Matcher parts = match(text, expected);
      double unit =
          switch (parts.group(2)) {
            case "", "B" -> 1;
            case "KiB" -> 1 << 10;
            case "MiB" -> 1 << 20;
            case "GiB" -> 1 << 30;
            default -> throw wrong(text, expected);
          };
      double bytes = Double.parseDouble(parts.group(1)) * unit;
      if (bytes > 1 << 30) {
        throw wrong(text, expected);
      }
      return (int) bytes;
    }
  }

  /** Per second: {@code 5000}, {@code 5000/s}, {@code 90/m}, also {@code 20k/s}. */
  public static final class RateConverter implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      String expected = "a rate such as 5000, 5000/s, 20k/s or 90/m";
      int slash = text.indexOf('/');
      Matcher parts = match(slash < 0 ? text : text.substring(0, slash), expected);
      double times =
          switch (parts.group(2)) {
            case "" -> 1;
            case "k" -> 1_000;
            case "M" -> 1_000_000;
            default -> throw wrong(text, expected);
          };
      double seconds =
          switch (slash < 0 ? "s" : text.substring(slash + 1)) {
            case "s" -> 1;
            case "m" -> 60;
            case "h" -> 3_600;
            default -> throw wrong(text, expected);
          };
      return Double.parseDouble(parts.group(1)) * times / seconds;
    }
  }

  /** {@code host:port}, {@code [::1]:port} or {@code :port} for every local address. */
  public static final class ListenConverter implements ITypeConverter<InetSocketAddress> {
    @Override
    public InetSocketAddress convert(String text) {
      String expected = "an address such as 127.0.0.1:9101, [::1]:9101 or :9101";
      int colon = text.lastIndexOf(':');
      String host = text.substring(0, Math.max(0, colon));
      String port = text.substring(colon + 1);
      if (colon < 0 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
        throw wrong(text, expected);
      }
      if (host.startsWith("[") && host.endsWith("]")) {
        host = host.substring(1, host.length() - 1);
      } else if (host.indexOf(':') >= 0) {
        throw wrong(text, expected);
      }
      if (host.isEmpty() || host.equals("*")) {
        return new InetSocketAddress(Integer.parseInt(port));
      }
      InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(port));
      if (address.isUnresolved()) {
        throw new TypeConversionException("'" + host + "' is not a known host");
      }
      return address;
    }
  }

  /** A literal local address to connect from. */
  public static final class AddressConverter implements ITypeConverter<InetAddress> {
    @Override
    public InetAddress convert(String text) {
      String expected = "a literal address such as 127.0.0.2";
      if (!LITERAL.matcher(text).matches()) {
        throw wrong(text, expected);
      }
      try {
        return InetAddress.getByName(text);
      } catch (UnknownHostException e) {
        throw wrong(text, expected);
      }
    }
  }

  /** {@code Name: value}. */
  public static final class HeaderConverter implements ITypeConverter<Map.Entry<String, String>> {
    @Override
    public Map.Entry<String, String> convert(String text) {
      int colon = text.indexOf(':');
      String name = text.substring(0, Math.max(0, colon));
      String value = text.substring(colon + 1).strip();
      if (!TOKEN.matcher(name).matches() || value.matches("(?s).*[\\r\\n\\x00].*")) {
        throw wrong(text, "a header such as 'Authorization: Bearer abc'");
      }
      return Map.entry(name, value);
    }
  }

  /**
   * Refuses a time that is no time.
   *
   * @param duration null for an option that was not given
   */
  public static void requirePositive(
      CommandLine command, String option, @Nullable Duration duration) {
    if (duration != null && !duration.isPositive()) {
      throw new ParameterException(command, option + " is 0; expected a time such as 10s");
    }
  }

  private static Matcher match(String text, String expected) {
    Matcher parts = NUMBER_UNIT.matcher(text);
    if (!parts.matches()) {
      throw wrong(text, expected);
    }
    return parts;
  }

  private static TypeConversionException wrong(String text, String expected) {
    return new TypeConversionException("'" + text + "' is not " + expected);
  }
}
