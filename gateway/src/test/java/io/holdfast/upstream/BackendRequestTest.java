package io.holdfast.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Backend;
import io.holdfast.model.Cidr;
import io.holdfast.model.HeaderEdits;
import io.holdfast.model.HostPolicy;
import io.holdfast.model.Match;
import io.holdfast.model.MessageLimits;
import io.holdfast.model.PathPattern;
import io.holdfast.model.Rewrite;
import io.holdfast.model.Route;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BackendRequestTest {
  private static final HostPolicy CLIENTS = new HostPolicy(HostPolicy.Kind.CLIENT, null);
  private static final Backend BACKEND = backend(false, "10.0.0.1", 8000, "");
  private static final ForwardedFor STRANGER =
      new ForwardedFor("203.0.113.7", "http", "chat.example.com", 8080, false);
  private static final ForwardedFor PROXY =
      new ForwardedFor("10.1.1.1", "https", "chat.example.com", 8443, true);

  private final HttpRequest client =
      new DefaultHttpRequest(HttpVersion.HTTP_1_0, HttpMethod.POST, "/ws/chat?room=1");

  BackendRequestTest() {
    client.headers().set("Host", "chat.example.com");
  }

  private static Backend backend(boolean tls, String host, int port, String path) {
    return new Backend(tls, host, port, path, 1, null);
  }

  private static Route route(Rewrite rewrite, HeaderEdits edits) {
    return new Route(
        "r",
        new Match(List.of(), PathPattern.parse("/**"), Map.of(), Map.of()),
        "s",
        rewrite,
        edits,
        HeaderEdits.NONE,
        MessageLimits.NONE);
  }

  private HttpHeaders sent(ForwardedFor from) {
    return sent(from, CLIENTS, BACKEND);
  }

  private HttpHeaders sent(ForwardedFor from, HostPolicy host, Backend backend) {
    Route route = route(Rewrite.NONE, HeaderEdits.NONE);
    return BackendRequest.of(client, from, "id-1", route, host, backend, false).headers();
  }

  @Test
  void keepsMethodTargetAndEndToEndHeaders() {
    client.headers().add("Cookie", "a=1").add("X-Many", "1").add("X-Many", "2");
    HttpRequest request =
        BackendRequest.of(
            client,
            STRANGER,
            "id-1",
            route(Rewrite.NONE, HeaderEdits.NONE),
            CLIENTS,
            BACKEND,
            false);
    assertThat(request.protocolVersion()).isEqualTo(HttpVersion.HTTP_1_1);
    assertThat(request.method()).isEqualTo(HttpMethod.POST);
    assertThat(request.uri()).isEqualTo("/ws/chat?room=1");
    assertThat(request.headers().get("cookie")).isEqualTo("a=1");
    assertThat(request.headers().getAll("x-many")).containsExactly("1", "2");
    assertThat(request.headers().get("x-request-id")).isEqualTo("id-1");
  }

  @Test
  void dropsWhatIsMeantForOneHopAlone() {
    client
        .headers()
        .add("Connection", "close, X-Secret")
        .add("connection", "x-other")
        .add("Keep-Alive", "timeout=5")
        .add("Proxy-Connection", "keep-alive")
        .add("Proxy-Authorization", "Basic x")
        .add("TE", "trailers")
        .add("Upgrade", "h2c")
        .add("X-Secret", "1")
        .add("X-Other", "2")
        .add("X-Stays", "3");
    assertThat(sent(STRANGER).names().stream().map(n -> n.toLowerCase(Locale.ROOT)))
        .containsExactlyInAnyOrder(
            "host",
            "x-stays",
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-forwarded-host",
            "x-forwarded-port",
            "forwarded",
            "x-request-id");
  }

  @Test
  void aClientCannotHaveItsFramingOrHandshakeDropped() {
    client
        .headers()
        .add("Connection", "host, content-length, Sec-WebSocket-Key")
        .add("Content-Length", "3")
        .add("Sec-WebSocket-Key", "k");
    assertThat(sent(STRANGER).get("content-length")).isEqualTo("3");
    assertThat(sent(STRANGER).get("sec-websocket-key")).isEqualTo("k");
    assertThat(sent(STRANGER).get("host")).isEqualTo("chat.example.com");
  }

  @Test
  void nobodySendsHeadersOfOurs() {
    client.headers().add("Holdfast-Session", "x").add("HOLDFAST-Resume", "planned");
    assertThat(sent(PROXY).names()).noneMatch(n -> n.matches("(?i)holdfast.*"));
  }

  @Test
  void aChunkedBodyStaysChunked() {
    client.headers().add("Transfer-Encoding", "chunked");
    assertThat(sent(STRANGER).getAll("transfer-encoding")).containsExactly("chunked");
  }

  @Test
  void aHandshakeAsksForAWebSocket() {
    client.headers().add("Connection", "keep-alive, Upgrade").add("Upgrade", "WebSocket");
    HttpHeaders headers =
        BackendRequest.of(
                client,
                STRANGER,
                "id-1",
                route(Rewrite.NONE, HeaderEdits.NONE),
                CLIENTS,
                BACKEND,
                true)
            .headers();
    assertThat(headers.getAll("connection")).containsExactly("upgrade");
    assertThat(headers.getAll("upgrade")).containsExactly("websocket");
  }

  @Test
  void whatAStrangerSaysOfItsOriginIsReplaced() {
    client
        .headers()
        .add("X-Forwarded-For", "1.1.1.1")
        .add("X-Forwarded-Proto", "https")
        .add("X-Forwarded-Host", "evil")
        .add("X-Forwarded-Port", "1")
        .add("Forwarded", "for=1.1.1.1");
    HttpHeaders headers = sent(STRANGER);
    assertThat(headers.getAll("x-forwarded-for")).containsExactly("203.0.113.7");
    assertThat(headers.getAll("x-forwarded-proto")).containsExactly("http");
    assertThat(headers.getAll("x-forwarded-host")).containsExactly("chat.example.com");
    assertThat(headers.getAll("x-forwarded-port")).containsExactly("8080");
    assertThat(headers.getAll("forwarded"))
        .containsExactly("for=203.0.113.7;proto=http;host=\"chat.example.com\"");
  }

  @Test
  void whatATrustedProxySaysIsAppendedTo() {
    client
        .headers()
        .add("X-Forwarded-For", "1.1.1.1")
        .add("X-Forwarded-For", "2.2.2.2")
        .add("X-Forwarded-Proto", "wss")
        .add("X-Forwarded-Host", "first")
        .add("X-Forwarded-Port", "443")
        .add("Forwarded", "for=1.1.1.1");
    HttpHeaders headers = sent(PROXY);
    assertThat(headers.getAll("x-forwarded-for")).containsExactly("1.1.1.1, 2.2.2.2, 10.1.1.1");
    assertThat(headers.getAll("x-forwarded-proto")).containsExactly("wss");
    assertThat(headers.getAll("x-forwarded-host")).containsExactly("first");
    assertThat(headers.getAll("x-forwarded-port")).containsExactly("443");
    assertThat(headers.getAll("forwarded"))
        .containsExactly("for=1.1.1.1, for=10.1.1.1;proto=https;host=\"chat.example.com\"");
  }

  @Test
  void theClientIsTheNearestThatNobodyTrusts() {
    client
        .headers()
        .add("X-Forwarded-For", "1.1.1.1, 2.2.2.2")
        .add("X-Forwarded-For", "2001:db8::7, 10.9.9.9")
        .add("X-Forwarded-For", "10.2.2.2");
    Cidr inside = Cidr.parse("10.0.0.0/8");

    assertThat(PROXY.client(client.headers(), inside::contains)).isEqualTo("2001:db8::7");
    assertThat(STRANGER.client(client.headers(), inside::contains)).isEqualTo("203.0.113.7");
  }

  @Test
  void aHopThatIsNoAddressHidesWhatStandsBeforeIt() {
    Cidr inside = Cidr.parse("10.0.0.0/8");
    HttpHeaders headers = client.headers();

    assertThat(PROXY.client(headers, inside::contains)).isEqualTo("10.1.1.1");
    headers.set("X-Forwarded-For", "1.1.1.1, unknown, 10.2.2.2");
    assertThat(PROXY.client(headers, inside::contains)).isEqualTo("10.2.2.2");
    headers.set("X-Forwarded-For", "1.1.1.1, by=forger client=9.9.9.9");
    assertThat(PROXY.client(headers, inside::contains)).isEqualTo("10.1.1.1");
  }

  @Test
  void anIpv6AddressStandsInBracketsAndQuotes() {
    HttpHeaders headers = sent(new ForwardedFor("2001:db8:0:0:0:0:0:1", "http", null, 80, false));
    assertThat(headers.get("x-forwarded-for")).isEqualTo("2001:db8:0:0:0:0:0:1");
    assertThat(headers.get("forwarded")).isEqualTo("for=\"[2001:db8:0:0:0:0:0:1]\";proto=http");
    assertThat(headers.contains("x-forwarded-host")).isFalse();
  }

  @Test
  void aHostCannotBreakOutOfItsQuotes() {
    HttpHeaders headers = sent(new ForwardedFor("1.1.1.1", "http", "a\";for=\\b", 80, false));
    assertThat(headers.get("forwarded"))
        .isEqualTo("for=1.1.1.1;proto=http;host=\"a\\\";for=\\\\b\"");
  }

  @Test
  void theHostIsWhatThePolicySays() {
    HostPolicy backends = new HostPolicy(HostPolicy.Kind.BACKEND, null);
    assertThat(sent(STRANGER, CLIENTS, BACKEND).get("host")).isEqualTo("chat.example.com");
    assertThat(sent(STRANGER, backends, BACKEND).get("host")).isEqualTo("10.0.0.1:8000");
    assertThat(sent(STRANGER, backends, backend(false, "b", 80, "")).get("host")).isEqualTo("b");
    assertThat(sent(STRANGER, backends, backend(true, "b", 443, "")).get("host")).isEqualTo("b");
    assertThat(sent(STRANGER, backends, backend(true, "b", 80, "")).get("host")).isEqualTo("b:80");
    assertThat(sent(STRANGER, backends, backend(false, "::1", 80, "")).get("host"))
        .isEqualTo("[::1]");
    Backend found = backend(false, "chat.internal", 8000, "").at("10.0.0.7");
    assertThat(sent(STRANGER, backends, found).get("host")).isEqualTo("chat.internal:8000");
    assertThat(
            sent(STRANGER, new HostPolicy(HostPolicy.Kind.FIXED, "fixed.example"), BACKEND)
                .get("host"))
        .isEqualTo("fixed.example");
    client.headers().remove("Host");
    assertThat(sent(STRANGER, CLIENTS, BACKEND).get("host"))
        .as("an old client without one")
        .isEqualTo("10.0.0.1:8000");
  }

  @Test
  void theConfigurationHasTheLastWord() {
    client.headers().add("X-Gone", "1").add("X-Set", "client").add("X-Both", "client");
    HeaderEdits edits =
        new HeaderEdits(
            List.of("x-gone", "forwarded"),
            Map.of("X-Set", "ours", "Host", "edited"),
            Map.of("X-Both", "ours"));
    HttpHeaders headers =
        BackendRequest.of(
                client, STRANGER, "id-1", route(Rewrite.NONE, edits), CLIENTS, BACKEND, false)
            .headers();
    assertThat(headers.contains("x-gone")).isFalse();
    assertThat(headers.contains("forwarded")).isFalse();
    assertThat(headers.getAll("x-set")).containsExactly("ours");
    assertThat(headers.getAll("x-both")).containsExactly("client", "ours");
    assertThat(headers.getAll("host")).containsExactly("edited");
  }

  @Test
  void thePathIsRewrittenAndTheQueryIsNot() {
    assertThat(target(new Rewrite("/ws", null, null), "")).isEqualTo("/chat?room=1");
    assertThat(target(new Rewrite("/ws", "/v2", null), "")).isEqualTo("/v2/chat?room=1");
    assertThat(target(new Rewrite("/w", null, null), "")).isEqualTo("/ws/chat?room=1");
    assertThat(target(new Rewrite("/ws/chat", null, null), "")).isEqualTo("/?room=1");
    assertThat(target(new Rewrite(null, null, "/one"), "/base")).isEqualTo("/base/one?room=1");
  }

  private String target(Rewrite rewrite, String base) {
    return BackendRequest.of(
            client,
            STRANGER,
            "id-1",
            route(rewrite, HeaderEdits.NONE),
            CLIENTS,
            backend(false, "b", 80, base),
            false)
        .uri();
  }

  @Test
  void aRequestsOwnIdIsKeptIfAProxyOfOursHasGivenIt() {
    client.headers().add("X-Request-Id", "mine");
    assertThat(sent(PROXY).getAll("x-request-id")).containsExactly("mine");
    assertThat(sent(STRANGER).getAll("x-request-id")).containsExactly("id-1");
  }
}
