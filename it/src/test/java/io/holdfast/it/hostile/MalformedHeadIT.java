package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawHead;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that two readers could understand differently (RFC 9112 section 11), and other noise.
 */
@EnumSource(Wire.class)
class MalformedHeadIT extends OneBackend {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n";
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\n";
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

  /** Behind every bad request: must never be served as a request of its own. */
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

  MalformedHeadIT() {
    super(RawBackend::ok, "", "", "timeouts: { pool: off }");
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        // Content-Length, RFC 9110 section 8.6.
        arguments("negative length", POST + "Content-Length: -1\r\n\r\nhello", 400),
        arguments("signed length", POST + "Content-Length: +5\r\n\r\nhello", 400),
        arguments("two lengths", POST + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
        arguments(
            "one length twice", POST + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400),
        arguments("list of lengths", POST + "Content-Length: 5, 5\r\n\r\nhello", 400),
        arguments("length and comma", POST + "Content-Length: 5,\r\n\r\nhello", 400),
        arguments("hex length", POST + "Content-Length: 0x5\r\n\r\nhello", 400),
        arguments(
            "length over 64 bits", POST + "Content-Length: " + "9".repeat(20) + "\r\n\r\n", 400),
        arguments("empty length", POST + "Content-Length: \r\n\r\nhello", 400),
        arguments("length in two words", POST + "Content-Length: 5 5\r\n\r\nhello", 400),
        arguments("length behind a tab", POST + "Content-Length: \u000b5\r\n\r\nhello", 400),
        // Transfer-Encoding, RFC 9112 section 6.
        arguments(
            "length and coding",
            POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400),
        arguments(
            "coding and length",
            POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
            400),
        arguments(
            "chunked twice", POST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400),
        arguments(
            "chunked in two fields",
            POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400),
        arguments(
            "identity and chunked",
            POST + "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            501),
        arguments("xchunked", POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
        arguments("gzip, chunked", POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        arguments("identity", POST + "Transfer-Encoding: identity\r\n\r\n", 400),
        arguments("no coding", POST + "Transfer-Encoding: \r\n\r\n", 400),
        arguments(
            "coding with parameter", POST + "Transfer-Encoding: chunked;x=1\r\n\r\n0\r\n\r\n", 400),
        arguments("quoted coding", POST + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 400),
        arguments(
            "coding behind a tab", POST + "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n", 400),
        arguments(
            "coding in HTTP/1.0",
            "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400),
        arguments(
            "space before colon of coding", POST + "Transfer-Encoding : chunked\r\n\r\n", 400),
        // Lines and fields, RFC 9112 sections 2.2 and 5.
        arguments("bare LF everywhere", "GET / HTTP/1.1\nHost: a\n\n", 400),
        arguments("bare LF in a field", GET + "X: 1\nY: 2\r\n\r\n", 400),
        arguments("bare LF at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400),
        arguments("bare CR in a value", GET + "X: a\rb\r\n\r\n", 400),
        arguments("bare CR in the request line", "GET / HTTP/1.1\rHost: a\r\n\r\n", 400),
        arguments("bare CR in a name", GET + "X\r: b\r\n\r\n", 400),
        arguments("CR CR LF", GET + "X: b\r\r\n\r\n", 400),
        arguments("fold of the first field", "GET / HTTP/1.1\r\n Host: a\r\nHost: b\r\n\r\n", 400),
        arguments("space before colon", GET + "X : a\r\n\r\n", 400),
        arguments("tab before colon", GET + "X\t: a\r\n\r\n", 400),
        arguments("no colon", GET + "X\r\n\r\n", 400),
        arguments("no name", GET + ": a\r\n\r\n", 400),
        arguments("NUL in a value", GET + "X: a\0b\r\n\r\n", 400),
        arguments("NUL in a name", GET + "X\0Y: a\r\n\r\n", 400),
        arguments("control character in a value", GET + "X: a\u0001b\r\n\r\n", 400),
        arguments("DEL in a value", GET + "X: a\u007fb\r\n\r\n", 400),
        arguments("control character in a name", GET + "X\u0001: a\r\n\r\n", 400),
        arguments("parentheses in a name", GET + "X(a): a\r\n\r\n", 400),
        arguments("Latin letter in a name", GET + "X\u00e9: a\r\n\r\n", 400),
        // Host, RFC 9112 section 3.2.
        arguments("no host", "GET / HTTP/1.1\r\n\r\n", 400),
        arguments("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        arguments("one host twice", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        arguments("host with a slash", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
        arguments("host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400),
        arguments("list of hosts", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400),
        arguments("host with a quote", "GET / HTTP/1.1\r\nHost: a\"b\r\n\r\n", 400),
        arguments("port of letters", "GET / HTTP/1.1\r\nHost: a:80x\r\n\r\n", 400),
        arguments("two ports", "GET / HTTP/1.1\r\nHost: a:80:90\r\n\r\n", 400),
        arguments("open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400),
        arguments(
            "two hosts, absolute", "GET http://a/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        // Request line, RFC 9112 section 3.
        arguments("absolute with a user", "GET http://u@b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments("absolute, no host", "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments("another scheme", "GET ftp://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments("OPTIONS of all", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments("GET of all", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments("CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 405),
        arguments("TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        arguments("HTTP/0.9", "GET /\r\n\r\n", 400),
        arguments("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        arguments("HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505),
        arguments("HTTP/1.10", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400),
        arguments("HTTP/1.1x", "GET / HTTP/1.1x\r\nHost: a\r\n\r\n", 400),
        arguments("ICAP", "GET / ICAP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments("space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments("space behind the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
        arguments("NUL in front", "\0GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments("method with @", "G@T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments("control character in the method", "G\u0001T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments(
            "control character in the target", "GET /a\u0001b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments("DEL in the target", "GET /a\u007fb HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments("NUL in the target", "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments("UTF-8 in the target", "GET /\u00c3\u00a9 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments("fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments("relative target", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments("dot segments", "GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments("escaped dot segments", "GET /a/%2e%2e/b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments("escaped NUL", "GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        arguments("escape of letters", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        // Size.
        arguments("101 headers", GET + numbered(100, "1") + "\r\n", 431),
        arguments("head of 16 KiB and more", GET + numbered(33, "a".repeat(500)) + "\r\n", 431),
        arguments("huge field", GET + "X: " + "a".repeat(70_000) + "\r\n\r\n", 431),
        arguments(
            "huge target", "GET /" + "a".repeat(70_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        arguments("no line at all", "A".repeat(200_000), 414),
        // Chunks, RFC 9112 section 7.1. The backend may have seen the head, and never an end.
        arguments("chunk size 0x5", CHUNKED + "0x5\r\nhello\r\n0\r\n\r\n", 400),
        arguments("chunk size -1", CHUNKED + "-1\r\nhello\r\n0\r\n\r\n", 400),
        arguments("chunk size +5", CHUNKED + "+5\r\nhello\r\n0\r\n\r\n", 400),
        arguments("space before chunk size", CHUNKED + " 5\r\nhello\r\n0\r\n\r\n", 400),
        arguments("space behind chunk size", CHUNKED + "5 \r\nhello\r\n0\r\n\r\n", 400),
        arguments("chunk size over 32 bits", CHUNKED + "100000005\r\nhello\r\n0\r\n\r\n", 400),
        arguments(
            "chunk size over 64 bits", CHUNKED + "10000000000000005\r\nhello\r\n0\r\n\r\n", 400),
        arguments("chunk size of all ones", CHUNKED + "ffffffff\r\nhello\r\n0\r\n\r\n", 400),
        arguments("no chunk size", CHUNKED + "\r\nhello\r\n0\r\n\r\n", 400),
        arguments("chunk size g", CHUNKED + "g\r\nhello\r\n0\r\n\r\n", 400),
        arguments("chunk too long", CHUNKED + "5\r\nhelloXX0\r\n\r\n", 400),
        arguments("LF behind chunk size", CHUNKED + "5\nhello\r\n0\r\n\r\n", 400),
        arguments("LF behind chunk", CHUNKED + "5\r\nhello\n0\r\n\r\n", 400),
        arguments("LF in chunk extension", CHUNKED + "5;a\nx\r\nhello\r\n0\r\n\r\n", 400),
        arguments("CR in chunk extension", CHUNKED + "5;a\rx\r\nhello\r\n0\r\n\r\n", 400),
        arguments(
            "huge chunk extension",
            CHUNKED + "5;" + "a".repeat(100_000) + "\r\nhello\r\n0\r\n\r\n",
            400),
        arguments("space in trailer name", CHUNKED + "0\r\nX T: 1\r\n\r\n", 400),
        arguments("LF in trailer", CHUNKED + "0\r\nX: 1\n\n", 400),
        arguments("huge trailer", CHUNKED + "0\r\nX: " + "a".repeat(100_000) + "\r\n\r\n", 400));
  }

  private static String numbered(int count, String value) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("X-").append(i).append(": ").append(value).append("\r\n");
    }
    return text.toString();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void isRefusedAndTheConnectionEnds(String name, String request, int status) throws Exception {
    double before = gateway.metric("holdfast_bad_requests_total");

    try (RawClient client = connect()) {
      client.write(request + SMUGGLED);
      RawHead head = client.readHead();
      assertThat(head.status()).isEqualTo(status);
      assertThat(head.header("connection")).isEqualTo("close");
      String id = head.header("x-request-id");
      assertThat(id).isNotNull();
      assertThat(client.readBody(head)).contains(id);
      assertThat(client.readToEnd()).isEmpty();
      gateway.log().await("\\Q" + id + "\\E");
    }
    assertThat(gateway.metric("holdfast_bad_requests_total")).isEqualTo(before + 1);
    Soon.await()
        .untilAsserted(() ->
            assertThat(backend.visits()).allMatch(v -> v.over() && !wholeRequest(v.received())));
    assertThat(backend.received()).doesNotContain("smuggled");
  }

  private static boolean wholeRequest(String received) {
    return received.startsWith("GET") || received.endsWith("0\r\n\r\n");
  }

  static Stream<Arguments> served() {
    String end = "Connection: close\r\n\r\n";
    return Stream.of(
        arguments("obs-fold becomes a space", GET + "X: a\r\n b\r\n" + end, "X: a b\r\n"),
        arguments("empty lines in front", "\r\n\r\n" + GET + end, "GET / HTTP/1.1\r\n"),
        arguments(
            "spaces in the request line",
            "GET  /  HTTP/1.1\r\nHost: a\r\n" + end,
            "GET / HTTP/1.1\r\n"),
        arguments("100 headers", GET + numbered(98, "1") + end, "X-97: 1\r\n"),
        arguments(
            "two slashes stay", "GET //a HTTP/1.1\r\nHost: a\r\n" + end, "GET //a HTTP/1.1\r\n"),
        arguments(
            "%2F stays", "GET /a%2Fb HTTP/1.1\r\nHost: a\r\n" + end, "GET /a%2Fb HTTP/1.1\r\n"),
        arguments(
            "an unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n" + end, "BREW / HTTP/1.1\r\n"),
        arguments("an empty host", "GET / HTTP/1.1\r\nHost: \r\n" + end, "GET / HTTP/1.1\r\n"),
        arguments(
            "an IPv6 host", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n" + end, "host: [::1]:80\r\n"),
        arguments(
            "absolute form",
            "GET http://b.test:81/x?y=1 HTTP/1.1\r\nHost: a\r\n" + end,
            "GET /x?y=1 HTTP/1.1\r\n"),
        arguments(
            "absolute form's host",
            "GET HTTP://b.test:81/x HTTP/1.1\r\nHost: a\r\n" + end,
            "host: b.test:81\r\n"),
        arguments(
            "absolute form, no path",
            "GET http://b.test HTTP/1.1\r\nHost: a\r\n" + end,
            "GET / HTTP/1.1\r\n"),
        arguments(
            "absolute form, query only",
            "GET https://b.test?q HTTP/1.1\r\nHost: a\r\n" + end,
            "GET /?q HTTP/1.1\r\n"),
        arguments(
            "chunked in capitals",
            POST + "Transfer-Encoding: CHUNKED\r\n" + end + "2\r\nhi\r\n0\r\n\r\n",
            "\r\n\r\n2\r\nhi\r\n0\r\n\r\n"),
        arguments(
            "a chunk extension is dropped",
            POST + "Transfer-Encoding: chunked\r\n" + end + "2;a=b\r\nhi\r\n0\r\n\r\n",
            "\r\n\r\n2\r\nhi\r\n0\r\n\r\n"),
        arguments(
            "trailers pass, framing ones do not",
            POST
                + "Transfer-Encoding: chunked\r\n"
                + end
                + "0\r\nContent-Length: 5\r\nX-T: 1\r\n\r\n",
            "\r\n\r\n0\r\nX-T: 1\r\n\r\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("served")
  void isServedInOneForm(String name, String request, String seen) throws Exception {
    try (RawClient client = connect()) {
      client.write(request);
      RawHead head = client.readHead();
      assertThat(head.status()).isEqualTo(200);
      assertThat(client.readBody(head)).isEqualTo("ok");
      assertThat(client.readToEnd()).isEmpty();
    }
    assertThat(backend.received()).containsIgnoringCase(seen);
  }

  @Test
  void givesBackEveryFileDescriptor() throws Exception {
    int before = gateway.openFiles();
    for (int i = 0; i < 300; i++) {
      try (RawClient client = connect()) {
        client.write(CHUNKED + "z\r\n");
        assertThat(client.readHead().status()).isEqualTo(400);
      }
    }
    Soon.await().until(() -> gateway.openFiles() <= before + 4);
    Soon.await().until(() -> gateway.metric("holdfast_connections_active") == 0);
    gateway.assertHealthy();
  }
}
