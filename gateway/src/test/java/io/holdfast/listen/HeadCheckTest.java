package io.holdfast.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Limits;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads as they come off the wire, through the decoder. */
final class HeadCheckTest {
  private static final Limits LIMITS =
      new Limits(0, 0, 1024, 10, Duration.ofSeconds(10), Duration.ofSeconds(10));

  /** What is said to the first head of {@code wire}: status and reason, or ok. */
  private static String check(String wire) {
    EmbeddedChannel channel = new EmbeddedChannel(new RequestDecoder(LIMITS, () -> {}));
    channel.writeInbound(
        Unpooled.copiedBuffer(wire.replace("\n", "\r\n"), StandardCharsets.ISO_8859_1));
    Object first = channel.readInbound();
    try {
      Refusal refusal = HeadCheck.check((HttpRequest) first, LIMITS);
      return refusal == null ? "ok" : refusal.status().code() + " " + refusal.reason();
    } finally {
      ReferenceCountUtil.release(first);
      channel.finishAndReleaseAll();
    }
  }

  private static String get(String headers) {
    return check("GET /x HTTP/1.1\nHost: a\n" + headers + "\n");
  }

  @Test
  void takesWhatIsRight() {
    assertThat(get("")).isEqualTo("ok");
    assertThat(get("Content-Length: 3\n")).isEqualTo("ok");
    assertThat(get("Transfer-Encoding: Chunked\n")).isEqualTo("ok");
    assertThat(check("GET / HTTP/1.0\n\n")).isEqualTo("ok");
    assertThat(check("GET / HTTP/1.1\nHost: [::1]:8080\n\n")).isEqualTo("ok");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 3\nContent-Length: 4\n",
        "Content-Length: 3\nContent-Length: 3\n",
        "Content-Length: 3, 3\n",
        "Content-Length: +3\n",
        "Content-Length: -3\n",
        "Content-Length: 0x3\n",
        "Content-Length: \n",
        "Content-Length: 99999999999999999999\n",
        "Content-Length: 3\nTransfer-Encoding: chunked\n",
        "Transfer-Encoding: chunked\nContent-Length: 3\n",
        "Content-Length : 3\n",
        "X y: 3\n",
        "NoColon\n",
        "X: a\0b\n",
        // Netty reads 8 bytes behind it, and no backend does.
        "Sec-WebSocket-Key1: 1\nSec-WebSocket-Key2: 2\n",
      })
  void refusesWhatTwoReadersCouldReadDifferently(String headers) {
    assertThat(get(headers)).startsWith("400 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: gzip, chunked\n",
        "Transfer-Encoding: chunked, identity\n",
        "Transfer-Encoding: chunked\nTransfer-Encoding: chunked\n",
        "Transfer-Encoding: xchunked\n",
        "Transfer-Encoding: identity\n",
      })
  void refusesTransferCodingsItDoesNotKnow(String headers) {
    assertThat(get(headers)).matches("(400|501) .*");
  }

  @Test
  void refusesChunksOfAnOldClient() {
    assertThat(check("POST / HTTP/1.0\nTransfer-Encoding: chunked\n\n")).startsWith("400 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Host: a\nHost: a\n",
        "Host: a/b\n",
        "Host: a b\n",
        "Host: u@a\n",
        "Host: a:123456\n",
        "Host: a:8x\n",
        "Host: a:80:80\n",
        "Host: []\n",
        "Host: [::1\n",
        "Host: [::g]\n",
        "Host: [::1]8\n",
        "Host: ::1\n",
        "Host: é\n"
      })
  void refusesARequestWithoutExactlyOneHost(String hosts) {
    assertThat(check("GET / HTTP/1.1\n" + hosts + "\n")).isEqualTo("400 bad_host");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "A.b-c_d~1",
        "a:",
        "a:8",
        "a:65535",
        "[::1]",
        "[FE80::a.b]:80",
        "a%20",
        "1.2.3.4:80",
        ":80"
      })
  void takesHostsWithAndWithoutPorts(String host) {
    assertThat(check("GET / HTTP/1.1\nHost: " + host + "\n\n")).isEqualTo("ok");
  }

  @Test
  void refusesABareLineFeed() {
    EmbeddedChannel channel = new EmbeddedChannel(new RequestDecoder(LIMITS, () -> {}));
    channel.writeInbound(
        Unpooled.copiedBuffer("GET / HTTP/1.1\nHost: a\n\n", StandardCharsets.US_ASCII));
    HttpRequest head = channel.readInbound();
    Refusal refusal = HeadCheck.check(head, LIMITS);
    assertThat(refusal).isNotNull();
    channel.finishAndReleaseAll();
  }

  @Test
  void readsAFoldedLineAsOne() {
    // RFC 9112 section 5.2: refuse it, or put spaces in place of the fold.
    EmbeddedChannel channel = new EmbeddedChannel(new RequestDecoder(LIMITS, () -> {}));
    channel.writeInbound(
        Unpooled.copiedBuffer(
            "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n", StandardCharsets.US_ASCII));
    HttpRequest head = channel.readInbound();
    assertThat(head.headers().get("X")).isEqualTo("1 folded");
    channel.finishAndReleaseAll();
  }

  @Test
  void refusesWhatIsTooBig() {
    assertThat(get("X: " + "x".repeat(2_000) + "\n")).isEqualTo("431 head_too_big");
    assertThat(get("X: 1\n".repeat(10))).isEqualTo("431 head_too_big");
    assertThat(get("X: 1\n".repeat(9))).isEqualTo("ok");
    assertThat(check("GET /" + "x".repeat(2_000) + " HTTP/1.1\nHost: a\n\n"))
        .isEqualTo("414 target_too_long");
    assertThat(
            check(
                "GET /%s HTTP/1.1\nHost: a\nX: %s\n\n".formatted("x".repeat(600), "x".repeat(600))))
        .as("both together")
        .isEqualTo("431 head_too_big");
  }

  @Test
  void refusesMethodsThatMakeNoSenseHere() {
    assertThat(check("CONNECT a:1 HTTP/1.1\nHost: a\n\n")).isEqualTo("405 bad_method");
    assertThat(check("TRACE / HTTP/1.1\nHost: a\n\n")).isEqualTo("405 bad_method");
  }

  @Test
  void refusesOtherVersions() {
    assertThat(check("GET / HTTP/2.0\nHost: a\n\n")).isEqualTo("505 bad_version");
    assertThat(check("GET / HTTP/9\nHost: a\n\n")).startsWith("400 ");
    assertThat(check("GET /\n\n")).startsWith("400 ");
    assertThat(check("\u0016\u0003\u0001\n\n")).startsWith("400 ");
  }
}
