package io.holdfast.loadtest.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.loadtest.scenario.Result.Numbers;
import io.holdfast.loadtest.scenario.Result.StageResult;
import io.holdfast.loadtest.scenario.Result.Times;
import io.holdfast.loadtest.scenario.Result.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A result as one file of HTML that needs nothing else, with charts. */
public final class HtmlReport {
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/uPlot";

  private HtmlReport() {}

  /** The file's text. */
  public static String of(Result result, Scenario scenario, Instant when) {
    return Map.of(
            "{{title}}", escape(result.scenario() + " on " + result.url()),
            "{{description}}", escape(scenario.description()),
            "{{when}}", when.truncatedTo(ChronoUnit.SECONDS).toString(),
            "{{passed}}", result.ok() ? "passed" : "failed",
            "{{tool}}", escape(result.tool().says()),
            "{{stages}}", stages(result),
            "{{style}}", resource(UPLOT + ".min.css") + resource("report.css"),
            "{{library}}", resource(UPLOT + ".iife.min.js"),
            "{{script}}", resource("report.js"),
            // Text of JSON may hold what ends a script, in names of errors for one.
            "{{data}}", result.toJson().replace("<", "\\u003c"))
        .entrySet()
        .stream()
        .reduce(
            resource("report.html"),
            (text, one) -> text.replace(one.getKey(), one.getValue()),
            (first, _) -> first);
  }

  private static String stages(Result result) {
    StringBuilder html = new StringBuilder();
    for (StageResult stage : result.stages()) {
      rows(html, stage.name(), String.valueOf(stage.users()), stage.numbers());
      verdicts(html, stage.verdicts());
    }
    rows(html, "all", "", result.total());
    verdicts(html, result.verdicts());
    return html.toString();
  }

  private static void verdicts(StringBuilder html, List<Verdict> verdicts) {
    for (Verdict verdict : verdicts) {
      html.append(
          "<tr class=\"verdict %s\"><td></td><td colspan=\"9\">%s %s: <b>%s</b></td></tr>\n"
              .formatted(
                  verdict.ok() ? "ok" : "failed",
                  verdict.ok() ? "✓" : "✗",
                  escape(verdict.expected()),
                  escape(verdict.measured())));
    }
  }

  private static void rows(StringBuilder html, String name, String users, Numbers numbers) {
    Times connect = numbers.connect();
    Times message = numbers.message();
    html.append(
        String.format(
            Locale.ROOT,
            "<tr><th scope=\"row\">%s</th><td>%s</td><td>%.0f</td><td>%,d</td><td>%,.1f</td><td>%,.1f</td><td>%s</td>"
                + "<td>%s</td><td>%s</td><td>%.4f</td></tr>%n",
            escape(name),
            users,
            numbers.seconds(),
            numbers.connects(),
            numbers.sentPerSecond(),
            numbers.deliveredPerSecond(),
            millis(connect, connect.p95()),
            millis(message, message.p50()),
            millis(message, message.p95()),
            numbers.success() * 100));
    if (!numbers.errors().isEmpty()) {
      html.append(
          "<tr class=\"errors\"><td></td><td colspan=\"9\">errors: %s</td></tr>%n"
              .formatted(escape(ResultText.kinds(numbers.errors()))));
    }
  }

  private static String millis(Times of, double value) {
    return of.count() == 0 ? "–" : String.format(Locale.ROOT, "%.2f", value);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
