package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients go where backends say that there is room. */
@SuppressWarnings("NullAway.Init")
final class LoadReportIT {
  private RawBackend one;
  private RawBackend two;
  private final List<RawClient> clients = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    one = RawBackend.start(reports("100"));
    two = RawBackend.start(reports("90"));
  }

  @AfterEach
  void stop() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
    one.close();
    two.close();
  }

  private static RawBackend.Script reports(String report) {
    return answers("200 OK", report);
  }

  private static RawBackend.Script answers(String status, String report) {
    return visit -> {
      visit.readHead();
      if (visit.received().contains("pgrade: websocket")) {
        visit.write(RawBackend.switching(visit.accept()));
        visit.readToEnd();
      } else {
        visit.write(
            "HTTP/1.1 " + status + "\r\nContent-Length: " + report.length() + "\r\n\r\n" + report);
      }
    };
  }

  private static GatewayProcess gateway(String reports, RawBackend... backends) throws IOException {
    String[] urls = List.of(backends).stream().map(RawBackend::url).toArray(String[]::new);
    return GatewayProcess.start(
        Config.of(
            "balance: { algorithm: least_reported, slowStart: off, reports: { " + reports + " } }",
            urls));
  }

  private static void awaitReports(GatewayProcess gateway, String result, RawBackend... of) {
    for (RawBackend backend : of) {
      Soon.await()
          .until(() ->
              gateway.metric(
                      "holdfast_backend_load_reports_total",
                      backend.url(),
                      "result=\"" + result + "\"")
                  >= 1);
    }
  }

  /** Opens clients that stay. */
  private void connect(GatewayProcess gateway, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      clients.add(RawClient.webSocket(gateway.port(), "/chat"));
    }
  }

  private static long clients(RawBackend of) {
    return of.visits().stream().filter(v -> v.received().startsWith("GET /chat")).count();
  }

  @Test
  void whatWasSentSinceTheReportIsAddedToIt() throws Exception {
    try (GatewayProcess gateway = gateway("cacheTtl: 1h", one, two)) {
      awaitReports(gateway, "success", one, two);
      connect(gateway, 9);
      assertThat(clients(two)).isEqualTo(9);
      connect(gateway, 11);
      assertThat(clients(one)).isBetween(5L, 6L);
      assertThat(one.received()).contains("GET /metric HTTP/1.1\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "path: /load | {\"connections\": 5}",
        "pointer: /ws/open | {\"ws\": {\"open\": 5}}",
        "metric: 'ws{path=\"/chat\"}' | ws{path=\"/game\",node=\"1\"} 900;ws{node=\"1\",path=\"/chat\"} 5",
      })
  void reportsAreReadInEveryForm(String reports, String text) throws Exception {
    String report = text.replace(';', '\n');
    one.script(reports(report));
    two.script(reports(report.replace("5", "6")));
    try (GatewayProcess gateway = gateway(reports + ", cacheTtl: 50ms", one, two)) {
      awaitReports(gateway, "success", one, two);
      connect(gateway, 1);
      assertThat(clients(one)).isEqualTo(1);
    }
  }

  @Test
  void aNewReportReplacesTheOldOne() throws Exception {
    try (GatewayProcess gateway = gateway("cacheTtl: 50ms", one, two)) {
      awaitReports(gateway, "success", one, two);
      two.script(reports("5000"));
      int known = two.visits().size();
      Soon.await().until(() -> two.visits().size() >= known + 4);
      connect(gateway, 5);
      assertThat(clients(one)).isEqualTo(5);
    }
  }

  @Test
  void aNumberOnAnotherPort() throws Exception {
    try (RawBackend elsewhere = RawBackend.start(reports("3"));
        GatewayProcess gateway = gateway("port: " + elsewhere.port(), one, two)) {
      awaitReports(gateway, "success", one, two);
      connect(gateway, 2);
      assertThat(clients(one)).isEqualTo(1);
      assertThat(elsewhere.received()).contains("GET /metric");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404 Not Found | 1 | status 404",
        "200 OK | plenty | the report is \"plenty\", expected a number of at least 0",
        "200 OK | {} | the report has no number at /connections",
      })
  void whileOneDoesNotReportOwnCountsAreCompared(String status, String report, String why)
      throws Exception {
    two.script(answers(status, report));
    try (GatewayProcess gateway = gateway("cacheTtl: 50ms", one, two)) {
      awaitReports(gateway, "success", one);
      gateway.log().await("backend " + two.url() + " does not report its load \\(" + quote(why));
      Soon.await().until(() -> two.visits().size() >= 5);
      connect(gateway, 10);
      assertThat(clients(one)).isEqualTo(5);
      assertThat(gateway.log().matching("does not report its load")).hasSize(1);

      two.script(reports("0"));
      gateway.log().await("backend " + two.url() + " reports its load again");
      connect(gateway, 10);
      assertThat(clients(two)).isEqualTo(15);
    }
  }

  @Test
  void aReportThatNeverComesIsNone() throws Exception {
    two.script(visit -> {
      visit.readHead();
      if (visit.received().contains("pgrade: websocket")) {
        visit.write(RawBackend.switching(visit.accept()));
      } else {
        visit.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1");
      }
      visit.readToEnd();
    });
    try (GatewayProcess gateway = gateway("cacheTtl: 50ms, timeout: 200ms", one, two)) {
      gateway.log().await("does not report its load \\(no report in 200 ms\\)");
      connect(gateway, 10);
      assertThat(clients(one)).isEqualTo(5);
    }
  }

  @Test
  void overTlsACertificateMustBeRight() throws Exception {
    try (RawBackend secure = RawBackend.start(Wire.TLS, reports("7"));
        GatewayProcess gateway =
            GatewayProcess.start(
                Config.over(
                    Wire.TLS,
                    "",
                    "",
                    "balance: least_reported",
                    secure.url(),
                    "wss://127.0.0.1:" + one.port()))) {
      awaitReports(gateway, "success", secure);
      gateway.log().await("backend wss://127.0.0.1:" + one.port() + " does not report its load");
    }
  }

  private static String quote(String text) {
    return Pattern.quote(text);
  }
}
