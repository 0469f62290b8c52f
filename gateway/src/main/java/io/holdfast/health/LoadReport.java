package io.holdfast.health;

import io.holdfast.model.LoadReports;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what a backend says of its load. */
final class LoadReport {
  private static final String POINTER = "/connections";
  private static final int LONGEST_QUOTE = 40;

  /** Longer ones are no series that anybody counts by, and would cost the matcher its stack. */
  private static final int LONGEST_LINE = 2048;

  private static final String QUOTED = "\"((?:[^\"\\\\]++|\\\\.)*+)\"";

  /**
   * A line of Prometheus text: a name, labels or none, a value, perhaps a time, perhaps an example.
   * No quantifier gives back what it took, for backends may send lines that cost much otherwise.
   */
  private static final Pattern SERIES =
      Pattern.compile(
          "(?<name>[a-zA-Z_:][\\w:]*+)(?:\\s*+\\{(?<labels>(?:[^\"}]++|"
              + QUOTED
              + ")*+)})?+\\s++(?<value>\\S++)(?:\\s++-?\\d++)?+(?:\\s++#.*+)?+");

  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]\\w*+)\\s*+=\\s*+" + QUOTED);

  private LoadReport() {}

  /**
   * The number in {@code text}.
   *
   * @throws IllegalArgumentException when there is none, with what was expected
   */
  static int read(String text, LoadReports policy) {
    if (policy.metric() != null) {
      return ofMetric(text, policy.metric());
    }
    if (policy.pointer() != null) {
      return ofJson(text, policy.pointer());
    }
    String stripped = text.strip();
    return stripped.startsWith("{") ? ofJson(stripped, POINTER) : number(stripped);
  }

  private static int ofJson(String text, String pointer) {
    try {
      JsonNode found = JsonMapper.shared().readTree(text).at(pointer);
      if (found.isNumber()) {
        return number(found.asString());
      }
    } catch (JacksonException e) {
      throw new IllegalArgumentException("the report is no JSON", e);
    }
    throw new IllegalArgumentException("the report has no number at " + pointer);
  }

  private static int ofMetric(String text, LoadReports.Metric metric) {
    double sum = 0;
    boolean found = false;
    for (String line : text.lines().toList()) {
      Matcher series = SERIES.matcher(line.strip());
      if (line.length() <= LONGEST_LINE
          && line.startsWith(metric.name())
          && series.matches()
          && series.group("name").equals(metric.name())
          && labels(series.group("labels")).entrySet().containsAll(metric.labels().entrySet())) {
        sum += number(series.group("value"));
        found = true;
      }
    }
    if (!found) {
      throw new IllegalArgumentException("the report has no series of " + metric.name());
    }
    return bounded(sum);
  }

  private static Map<String, String> labels(@Nullable String text) {
    Map<String, String> labels = new HashMap<>();
    Matcher matcher = LABEL.matcher(text == null ? "" : text);
    while (matcher.find()) {
      String value =
          matcher.group(2).replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
      labels.put(matcher.group(1), value);
    }
    return labels;
  }

  private static int number(String text) {
    try {
      double number = Double.parseDouble(text);
      if (number >= 0) {
        return bounded(number);
      }
    } catch (NumberFormatException e) {
      // As for one that is none of the wanted ones.
    }
    String quote = text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "…" : text;
    throw new IllegalArgumentException(
        "the report is \""
            + quote.replaceAll("\\p{Cntrl}", "?")
            + "\", expected a number of at least 0");
  }

  private static int bounded(double number) {
    return (int) Math.min(Integer.MAX_VALUE, Math.ceil(number));
  }
}
