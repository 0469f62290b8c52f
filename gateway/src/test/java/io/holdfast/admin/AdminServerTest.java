package io.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.LiveBackends;
import io.holdfast.balance.Services;
import io.holdfast.balance.State;
import io.holdfast.config.ConfigLoader;
import io.holdfast.control.ConnectionQuery;
import io.holdfast.control.ReloadOutcome;
import io.holdfast.model.Admin;
import io.holdfast.observe.Meters;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AdminServerTest {

  private final FakeGateway gateway = new FakeGateway();
  private final Meters meters = new Meters();
  private final AdminServer server =
      AdminServer.start(new Admin(true, "127.0.0.1", 0, null), gateway, meters);
  private final HttpClient client = HttpClient.newHttpClient();

  AdminServerTest() throws IOException {}

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private BufferedReader events(String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.address().getPort() + "/api/v1/events"));
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<InputStream> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    assertThat(lines.readLine()).startsWith(":");
    assertThat(lines.readLine()).isEmpty();
    return lines;
  }

  private void change(State from, State to, String why) {
    LiveBackend backend = new LiveBackends().of("chat", Services.backend("a", 1));
    gateway.events.onChange(backend, from, to, why);
  }

  @Test
  void changesOfStateAreStreamedAsTheyCome() throws Exception {
    change(State.UP, State.DOWN, "before");
    long first = gateway.events.newest();
    try (BufferedReader lines = events()) {
      change(State.DOWN, State.UP, "probe \"succeeded\"\n");
      assertThat(lines.readLine()).isEqualTo("id: " + (first + 1));
      assertThat(lines.readLine()).isEqualTo("event: state");
      String data = lines.readLine();
      assertThat(data).startsWith("data: {");
      JsonNode event = JsonMapper.shared().readTree(data.substring(6));
      assertThat(event.get("service").asString()).isEqualTo("chat");
      assertThat(event.get("backend").asString()).isEqualTo("ws://a:8000");
      assertThat(event.get("from").asString()).isEqualTo("down");
      assertThat(event.get("to").asString()).isEqualTo("up");
      assertThat(event.get("why").asString()).isEqualTo("probe \"succeeded\"\n");
      assertThat(Instant.parse(event.get("at").asString())).isBefore(Instant.now());
      assertThat(lines.readLine()).isEmpty();
      change(State.UP, State.EJECTED, "test");
      assertThat(lines.readLine()).isEqualTo("id: " + (first + 2));
    }
  }

  @Test
  void whoComesBackGetsWhatCameMeanwhile() throws Exception {
    change(State.UP, State.DOWN, "one");
    long first = gateway.events.newest();
    change(State.DOWN, State.UP, "two");
    try (BufferedReader lines = events("Last-Event-ID", "" + first)) {
      assertThat(lines.readLine()).isEqualTo("id: " + (first + 1));
    }
    for (String other : List.of("1", "" + (first - 2), "" + (first + 99), "none")) {
      try (BufferedReader lines = events("Last-Event-ID", other)) {
        assertThat(lines.readLine()).as("of another process").isEqualTo("id: " + first);
      }
    }
    for (int i = 0; i < 2000; i++) {
      change(State.UP, State.DOWN, "more");
    }
    try (BufferedReader lines = events("Last-Event-ID", "" + (first + 1))) {
      assertThat(lines.readLine()).isEqualTo(": 976 were missed");
      assertThat(lines.readLine()).isEmpty();
      assertThat(lines.readLine()).isEqualTo("id: " + (first + 978));
    }
    try (BufferedReader lines = events("Last-Event-ID", "1")) {
      assertThat(lines.readLine()).as("since it began").isEqualTo(": 978 were missed");
    }
  }

  @Test
  void isAliveEvenWhenNotReady() throws Exception {
    gateway.notReady = "draining";

    assertThat(call("GET", "/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void readinessTellsItsReason() throws Exception {
    assertThat(call("GET", "/readyz").body()).isEqualTo("{\"status\":\"ready\"}");
    gateway.notReady = "draining";
    HttpResponse<String> answer = call("GET", "/readyz");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(json(answer).get("reason").asString()).isEqualTo("draining");
  }

  @Test
  void webSocketHealthNamesTheOnlyRouteAndTrueFeatures(@TempDir Path folder) throws Exception {
    configure(
        folder,
        """
        listeners: [{ bind: "127.0.0.1:0" }]
        routes: [{ name: chat, match: { path: "/ws/chat/**" }, service: chat }]
        services:
          chat: { affinity: { cookie: {} }, backends: ["ws://127.0.0.1:8001"] }
        """);

    assertThat(call("GET", "/health/websocket").body())
        .isEqualTo(
            "{\"status\":\"healthy\",\"websocket\":\"available\",\"endpoint\":\"/ws/chat\","
                + "\"features\":{\"heartbeat\":true,\"stickySession\":true,\"failover\":true,"
                + "\"connectionDraining\":true}}");
  }

  @Test
  void webSocketHealthLeavesOutWhatIsOff(@TempDir Path folder) throws Exception {
    configure(
        folder,
        """
        listeners: [{ bind: "127.0.0.1:0" }]
        routes:
          - { name: a, match: { path: "/a" }, service: chat }
          - { name: b, match: { path: "/b" }, service: chat }
        services:
          chat: { keepalive: { ping: 0s }, retries: { max: 0 }, backends: ["ws://127.0.0.1:8001"] }
        """);
    gateway.notReady = "draining";
    HttpResponse<String> answer = call("GET", "/health/websocket");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body())
        .isEqualTo(
            "{\"status\":\"unhealthy\",\"websocket\":\"unavailable\",\"endpoint\":\"/\","
                + "\"features\":{\"connectionDraining\":true}}");
  }

  @Test
  void metricsAreTextOrOpenMetricsByAccept() throws Exception {
    meters.connectionOpened();
    HttpResponse<String> text = call("GET", "/metrics");
    HttpResponse<String> open =
        call("GET", "/metrics", "Accept", "application/openmetrics-text; version=1.0.0");

    assertThat(text.headers().firstValue("Content-Type").orElseThrow())
        .isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(text.body()).contains("\nholdfast_connections_total 1.0\n");
    assertThat(open.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(open.body()).endsWith("# EOF\n");
  }

  @Test
  void metricsArePackedIfAsked() throws Exception {
    HttpResponse<byte[]> packed =
        client.send(
            request("GET", "/metrics", "Accept-Encoding", "deflate, gzip"),
            HttpResponse.BodyHandlers.ofByteArray());

    assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
    byte[] text = new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes();
    assertThat(new String(text, StandardCharsets.UTF_8)).contains("holdfast_connections_total");
    assertThat(call("GET", "/metrics", "Accept-Encoding", "gzip;q=0").headers().map())
        .doesNotContainKey("content-encoding");
  }

  @Test
  void servicesAreListedWithTheirBackends() throws Exception {
    JsonNode backend = json(call("GET", "/api/v1/services")).at("/services/0/backends/0");

    assertThat(backend.toString())
        .isEqualTo(
            "{\"address\":\"ws://127.0.0.1:8001\",\"name\":null,\"weight\":2,\"group\":\"green\","
                + "\"state\":\"up\",\"relays\":3,\"pending\":1,\"exchanges\":0}");
  }

  @Test
  void connectionsArePaged() throws Exception {
    gateway.connections.addAll(List.of("a1", "a2", "a3"));
    JsonNode first = json(call("GET", "/api/v1/connections?limit=2&service=my%20chat"));
    JsonNode second = json(call("GET", "/api/v1/connections?limit=2&after=a2"));

    assertThat(first.get("next").asString()).isEqualTo("a2");
    assertThat(first.get("total").asInt()).isEqualTo(3);
    assertThat(first.at("/connections/1/since").asString()).isEqualTo("2026-11-20T14:55:28Z");
    assertThat(second.at("/connections/0/id").asString()).isEqualTo("a3");
    assertThat(second.get("next").isNull()).isTrue();
    assertThat(gateway.queries.getFirst()).isEqualTo(new ConnectionQuery("my chat", null, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1001", "ten", "99999999999", ""})
  void aBadLimitIsRefused(String limit) throws Exception {
    HttpResponse<String> answer = call("GET", "/api/v1/connections?limit=" + limit);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).isEqualTo("{\"error\":\"limit must be a number from 1 to 1000.\"}");
  }

  @Test
  void aConnectionIsClosedWithCodeAndReason() throws Exception {
    gateway.connections.add("a/1");

    assertThat(call("DELETE", "/api/v1/connections/a%2F1?code=4000&reason=so+long").statusCode())
        .isEqualTo(202);
    assertThat(call("DELETE", "/api/v1/connections/a%2F1").statusCode()).isEqualTo(202);
    assertThat(call("DELETE", "/api/v1/connections/b").statusCode()).isEqualTo(404);
    assertThat(gateway.closed).containsExactly("a/1 4000 so long", "a/1 1001 ", "b 1001 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"code=1005", "code=1006", "code=1015", "code=999", "code=5000", "code=x", "code="})
  void aCodeThatMayNotBeSentIsRefused(String query) throws Exception {
    assertThat(call("DELETE", "/api/v1/connections/a?" + query).statusCode()).isEqualTo(400);
    assertThat(gateway.closed).isEmpty();
  }

  @Test
  void aReasonMustFitIntoAFrame() throws Exception {
    String path = "/api/v1/connections/a?reason=";

    assertThat(call("DELETE", path + "x".repeat(123)).statusCode()).isEqualTo(404);
    assertThat(call("DELETE", path + "%C3%A9".repeat(62)).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "backends/override?backend=a:1&override=drain | 404 | a:1 null DRAIN",
        "backends/override?backend=a:1&override=drain&rate=200 | 404 |"
            + " a:1 null DRAIN Pace[deadline=PT720H, rate=OptionalDouble[200.0]]",
        "backends/override?backend=a:1&override=drain&deadline=1.5 | 404 |"
            + " a:1 null DRAIN Pace[deadline=PT1.5S, rate=OptionalDouble.empty]",
        "backends/override?group=green&service=chat&override=drain | 200 | group green of chat DRAIN",
        "backends/override?group=red&service=chat&override=down | 404 | group red of chat DOWN",
        "shutdown | 202 | shutdown",
        "shutdown?rate=50 | 202 |" + " shutdown Pace[deadline=PT720H, rate=OptionalDouble[50.0]]",
        "deploys?service=chat&group=red | 404 | DeployOrder[service=chat, group=red, steps=null,"
            + " bake=null, drain=null, smoke=null]",
        "deploys?service=chat&group=busy&steps=5%25,100%25&bake=1m&drain=off | 409 |"
            + " DeployOrder[service=chat, group=busy, steps=[0.05, 1.0], bake=PT1M, drain=PT0S,"
            + " smoke=null]",
        "rebalance?service=chat&rate=5 | 202 | rebalance chat 5.0",
        "rebalance?service=chat&cancel=true | 200 | stop rebalance chat",
        "rebalance?service=nobody | 404 | rebalance nobody null",
        "rebalance?service=nobody&cancel=true | 404 | stop rebalance nobody",
      })
  void drainsAndRebalancingsHaveAPace(String path, int status, String asked) throws Exception {
    assertThat(call("POST", "/api/v1/" + path).statusCode()).isEqualTo(status);
    assertThat(gateway.overrides).containsExactly(asked);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "upgrade                   |         | 200 | {'pid':4711,'asidePort':9901}",
        "upgrade?rate=5            |         | 200 | {'pid':4711,'asidePort':9902}",
        "upgrade                   | drained | 409 | {'error':'The gateway is drained.'}",
        "handover/share?pid=7      |         | 200 | {'addresses':['a:8080']}",
        "handover/share?pid=7      | drained | 409 | {'error':'Process 7 may not.'}",
        "handover/share?pid=0      |         | 400 | {'error':'pid is %0%; expected a process id.'}",
        "shutdown?cancel=true      |         | 409 | {'error':'The gateway does not drain.'}",
        "shutdown?cancel=true      | drained | 200 | {'state':'stopped'}",
        "handover/leave?pid=7      |         | 200 | {'asidePort':9901}",
        "handover/leave            |         | 400 | {'error':'pid is %%; expected a process id.'}",
      })
  void whatTheGatewayCannotDoNowIsAConflict(
      String path, @Nullable String notReady, int status, String body) throws Exception {
    gateway.notReady = notReady == null ? "" : notReady;
    HttpResponse<String> answer = call("POST", "/api/v1/" + path);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body().strip()).isEqualTo(body.replace('\'', '"').replace("%", "\\\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "upgrade?rate=x | rate is x; expected a number from 0.001",
        "backends/override?backend=a:1&override=drain&rate=0 | rate is 0; expected a number from 0.001",
        "backends/override?backend=a:1&override=drain&deadline=x | deadline is x; expected a number",
        "backends/override?backend=a:1&override=up&rate=1 | for override=drain alone",
        "backends/override?backend=a:1&override=up&cancel=true | cancel is for override=down alone",
        "backends/override?backend=a:1&override=down&cancel=1 | cancel is \\\"1\\\"; expected true",
        "backends/override?group=green&override=down | or service=NAME and group=NAME",
        "backends/override?group=green&backend=a:1&service=chat&override=down | or service=NAME and group=NAME",
        "shutdown?deadline=0 | deadline is 0; expected a number from 0.001",
        "deploys?service=chat | Expected service=NAME and group=NAME",
        "deploys?service=chat&group=green&steps=5,100%25 | expected a share",
        "deploys?service=chat&group=green&steps=5%25 | expected 100% as the last step",
        "deploys?service=chat&group=green&bake=30 | expected a duration",
        "deploys/abort | Expected service=NAME",
        "rebalance | Expected service=NAME",
        "rebalance?service=chat&rate=-1 | rate is -1; expected a number from 0.001 to 999999.999",
        "rebalance?service=chat&cancel=1 | cancel is \\\"1\\\"; expected true or false",
        "shutdown?cancel | cancel is \\\"\\\"; expected true or false",
        "shutdown?cancel=TRUE | cancel is \\\"TRUE\\\"; expected true or false",
      })
  void aWrongPaceIsRefused(String path, String error) throws Exception {
    HttpResponse<String> answer = call("POST", "/api/v1/" + path);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(error);
    assertThat(gateway.overrides).isEmpty();
  }

  @Test
  void aDrainThatDoesNotRunIsNotCancelled() throws Exception {
    String cancel = "/api/v1/backends/override?override=down&cancel=true&";
    for (String of :
        List.of("backend=127.0.0.1:8001", "backend=127.0.0.1:800", "service=chat&group=green")) {
      HttpResponse<String> answer = call("POST", cancel + of);
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.body()).contains(" drains; nothing was changed.");
    }
    assertThat(gateway.overrides).isEmpty();
    call("POST", cancel + "backend=127.0.0.1:8002");
    assertThat(gateway.overrides).containsExactly("ws://127.0.0.1:8002 chat DOWN");
  }

  @Test
  void aReloadTellsItsChanges() throws Exception {
    gateway.outcome = new ReloadOutcome.Applied(List.of("service chat: 1 backend added"));
    HttpResponse<String> answer = call("POST", "/api/v1/reload");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"changes\":[\"service chat: 1 backend added\"]}");
  }

  @Test
  void aRefusedReloadTellsAllErrors() throws Exception {
    gateway.outcome =
        new ReloadOutcome.Refused(
            List.of(new ReloadOutcome.Problem("h.yaml", 3, 5, "routes[0]", "no such service")));
    HttpResponse<String> answer = call("POST", "/api/v1/reload");

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(json(answer).get("errors").toString())
        .isEqualTo(
            "[{\"file\":\"h.yaml\",\"line\":3,\"column\":5,\"path\":\"routes[0]\","
                + "\"message\":\"no such service\"}]");
  }

  @Test
  void headHasTheLengthButNoBody() throws Exception {
    HttpResponse<String> head = call("HEAD", "/readyz");

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValue("Content-Length")).contains("18");
  }

  @Test
  void unknownPathsAndWrongMethodsSaySo() throws Exception {
    HttpResponse<String> unknown = call("GET", "/api/v1/nothing");
    HttpResponse<String> wrong = call("POST", "/api/v1/services");

    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).isEqualTo("{\"error\":\"There is nothing at /api/v1/nothing.\"}");
    assertThat(wrong.statusCode()).isEqualTo(405);
    assertThat(wrong.headers().firstValue("Allow")).contains("GET, HEAD");
    assertThat(call("GET", "/api/v1/reload").headers().firstValue("Allow")).contains("POST");
    assertThat(call("GET", "/api/v1/connections/a").headers().firstValue("Allow"))
        .contains("DELETE");
  }

  @Test
  void aFailureOfOursIsAnAnswerToo() throws Exception {
    gateway.broken = true;
    HttpResponse<String> answer = call("GET", "/api/v1/services");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain("broken for a test");
  }

  @Test
  void bodiesAreLimited() throws Exception {
    HttpRequest large =
        HttpRequest.newBuilder(uri("/api/v1/reload"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[70_000]))
            .build();
    HttpRequest small =
        HttpRequest.newBuilder(uri("/api/v1/reload"))
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();

    assertThat(client.send(large, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(413);
    assertThat(client.send(small, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
  }

  @Test
  void anAddressInUseIsNamed() {
    int port = server.address().getPort();

    assertThatThrownBy(
            () -> AdminServer.start(new Admin(true, "127.0.0.1", port, null), gateway, meters))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "The admin address 127.0.0.1:"
                + port
                + " cannot be bound: the address is in use by another process.");
  }

  private void configure(Path folder, String yaml) throws Exception {
    Path file = Files.writeString(folder.resolve("h.yaml"), yaml);
    gateway.snapshot = ConfigLoader.load(file, Map.of()).snapshot();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
  }

  private HttpRequest request(String method, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path)).method(method, HttpRequest.BodyPublishers.noBody());
    return (headers.length == 0 ? request : request.headers(headers)).build();
  }

  private HttpResponse<String> call(String method, String path, String... headers)
      throws Exception {
    return client.send(request(method, path, headers), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }
}
