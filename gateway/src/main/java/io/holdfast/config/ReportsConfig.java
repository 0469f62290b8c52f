package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.model.LoadReports;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;

/** {@code reports} of a service's {@code balance}. */
record ReportsConfig(
    @Option("What is asked for with GET, behind the backend's own path.") String path,
    @Option(value = "Where it is asked for.", otherwise = "the backend's own port")
        @Nullable Integer port,
    @Option(
            "How long a report counts. What this gateway has sent there since is added, what has"
                + " ended is taken off.")
        Duration cacheTtl,
    @Option("For one report, the connection included, of which `timeouts.connect` is a bound too.")
        Duration timeout,
    @Option(
            value =
                "Where in a JSON report the number stands (RFC 6901), such as `/stats/clients`.",
            otherwise = "a report is a number alone, or JSON with `connections`")
        @Nullable String pointer,
    @Option(
            value =
                "What to sum up of a report in Prometheus' text format, such as"
                    + " `websocket_connections{path=\"/chat\"}`.",
            otherwise = "a report is not taken for that format")
        @Nullable String metric) {

  private static final Pattern METRIC = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})?");
  private static final Pattern LABEL =
      Pattern.compile("\\G\\s*([a-zA-Z_]\\w*)\\s*=\\s*\"([^\"\\\\]*)\"\\s*(?:,|$)");

  static ReportsConfig read(Section in) {
    ReportsConfig reports =
        new ReportsConfig(
            in.value("path", "/metric", HttpProbeConfig::path),
            in.optional("port", Parsers.number(1, 65_535)),
            in.value("cacheTtl", "30s", Parsers::duration),
            in.value("timeout", "30s", Parsers::duration),
            in.optional("pointer", ReportsConfig::pointer),
            in.optional("metric", ReportsConfig::metric));
    if (reports.pointer != null && reports.metric != null) {
      in.error("metric", "has no use with pointer; expected one or the other");
    }
    return reports;
  }

  private static String pointer(String text) {
    try {
      if (!text.isEmpty()) {
        JsonPointer.compile(text);
        return text;
      }
    } catch (IllegalArgumentException e) {
      // As for none at all.
    }
    throw new IllegalArgumentException("expected a JSON pointer such as /stats/clients");
  }

  private static String metric(String text) {
    series(text);
    return text;
  }

  private static LoadReports.Metric series(String text) {
    Matcher matcher = METRIC.matcher(text.strip());
    if (matcher.matches()) {
      Map<String, String> labels = new HashMap<>();
      String inner = matcher.group(2) == null ? "" : matcher.group(2);
      Matcher label = LABEL.matcher(inner);
      int end = 0;
      while (label.find()) {
        labels.put(label.group(1), label.group(2));
        end = label.end();
      }
      if (inner.substring(end).isBlank()) {
        return new LoadReports.Metric(matcher.group(1), labels);
      }
    }
    throw new IllegalArgumentException(
        "expected a metric such as websocket_connections{path=\"/chat\"}");
  }

  LoadReports compile() {
    return new LoadReports(
        path, port, cacheTtl, timeout, pointer, metric == null ? null : series(metric));
  }
}
