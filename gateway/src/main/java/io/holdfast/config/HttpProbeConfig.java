package io.holdfast.config;

import io.holdfast.config.source.Section;
import io.holdfast.model.Probe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** {@code http} of a service's {@code health}. */
record HttpProbeConfig(
    @Option(
            value = "What is asked for, behind the path of the backend's own address.",
            required = true)
        String path,
    @Option("How it is asked.") String method,
    @Option(value = "What is sent as `Host`.", otherwise = "the backend's host and port")
        @Nullable String host,
    @Option("Statuses that are well: one, a range, or several of these, such as `200-299,404`.")
        String expect,
    @Option(
            value = "Regular expression that must be found in the first 64 KiB of the body.",
            otherwise = "the body does not matter")
        @Nullable String body,
    @Option(ProbeTiming.INTERVAL) Duration interval,
    @Option(ProbeTiming.DOWN_INTERVAL) Duration downInterval,
    @Option(ProbeTiming.TIMEOUT) Duration timeout,
    @Option(ProbeTiming.FALL) int fall,
    @Option(ProbeTiming.RISE) int rise) {

  private static final Pattern RANGE = Pattern.compile("([1-5]\\d\\d)(?:-([1-5]\\d\\d))?");

  static HttpProbeConfig read(Section in) {
    ProbeTiming timing = ProbeTiming.read(in);
    return new HttpProbeConfig(
        in.required("path", "/", HttpProbeConfig::path),
        in.value("method", "GET", HttpProbeConfig::method),
        in.optional("host", HttpProbeConfig::host),
        in.value("expect", "200-399", HttpProbeConfig::expect),
        in.optional("body", HttpProbeConfig::body),
        timing.interval(),
        timing.downInterval(),
        timing.timeout(),
        timing.fall(),
        timing.rise());
  }

  /** A path with or without a query, as it is sent. */
  static String path(String text) {
    if (text.matches("/[!-\"$-~]*")) {
      return text;
    }
    throw new IllegalArgumentException("expected a path such as /health");
  }

  /** A {@code Host} as it is sent. */
  static String host(String text) {
    if (text.matches("[A-Za-z0-9.:\\[\\]_-]+")) {
      return text;
    }
    throw new IllegalArgumentException("expected a host such as chat.internal:8080");
  }

  private static String method(String text) {
    if (text.matches("[A-Z]{1,20}")) {
      return text;
    }
    throw new IllegalArgumentException("expected a method such as GET or HEAD");
  }

  private static String expect(String text) {
    ranges(text);
    return text;
  }

  private static List<Probe.Range> ranges(String text) {
    List<Probe.Range> ranges = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher matcher = RANGE.matcher(part.strip());
      if (!matcher.matches()) {
        throw new IllegalArgumentException("expected statuses such as 200, 200-399 or 200-299,404");
      }
      int from = Integer.parseInt(matcher.group(1));
      int to = matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2));
      if (from > to) {
        throw new IllegalArgumentException("expected the lower status of a range first");
      }
      ranges.add(new Probe.Range(from, to));
    }
    return ranges;
  }

  private static String body(String text) {
    try {
      Pattern.compile(text);
      return text;
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "expected a regular expression; this has " + e.getDescription(), e);
    }
  }

  Probe compile() {
    return new ProbeTiming(interval, downInterval, timeout, fall, rise)
        .probe(
            new Probe.Http(
                method, path, host, ranges(expect), body == null ? null : Pattern.compile(body)));
  }
}
