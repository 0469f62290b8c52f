package io.holdfast.listen;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HandshakeCheckTest {
  /** Key and answer of RFC 6455 section 1.3. */
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

  private final HttpRequest head = head(HttpVersion.HTTP_1_1, HttpMethod.GET);

  private static HttpRequest head(HttpVersion version, HttpMethod method) {
    HttpRequest head = new DefaultHttpRequest(version, method, "/ws");
    head.headers()
        .set("Host", "a")
        .set("Upgrade", "websocket")
        .set("Connection", "Upgrade")
        .set("Sec-WebSocket-Version", "13")
        .set("Sec-WebSocket-Key", KEY);
    return head;
  }

  private static int status(HttpRequest head) {
    return requireNonNull(HandshakeCheck.check(head)).status().code();
  }

  @Test
  void takesWhatIsRight() {
    assertThat(HandshakeCheck.isHandshake(head)).isTrue();
    assertThat(HandshakeCheck.check(head)).isNull();
    assertThat(HandshakeCheck.accept(head)).isEqualTo(ACCEPT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"keep-alive, Upgrade", "UPGRADE", "upgrade,close", "a,b, uPgRaDe"})
  void readsConnectionAsAListInAnyCase(String connection) {
    head.headers().set("Connection", connection);
    assertThat(HandshakeCheck.isHandshake(head)).isTrue();
  }

  @Test
  void readsTokensOverSeveralHeaders() {
    head.headers().set("Connection", "keep-alive").add("Connection", "Upgrade");
    head.headers().set("Upgrade", "h2c").add("Upgrade", "x, WebSocket");
    assertThat(HandshakeCheck.isHandshake(head)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"keep-alive", "upgrades", "", "keep-alive Upgrade"})
  void aConnectionThatDoesNotUpgradeIsNoHandshake(String connection) {
    head.headers().set("Connection", connection);
    assertThat(HandshakeCheck.isHandshake(head)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2c", "websockets", ""})
  void anUpgradeToSomethingElseIsNoHandshake(String upgrade) {
    head.headers().set("Upgrade", upgrade);
    assertThat(HandshakeCheck.isHandshake(head)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "dGhlIHNhbXBsZSBub25j",
        "dGhlIHNhbXBsZSBub25jZWQ=",
        "dGhlIHNhbXBsZSBub25jZ!=="
      })
  void refusesKeysThatAreNot16Bytes(String key) {
    head.headers().set("Sec-WebSocket-Key", key);
    assertThat(status(head)).isEqualTo(400);
  }

  @Test
  void refusesNoKeyAndTwo() {
    head.headers().remove("Sec-WebSocket-Key");
    assertThat(status(head)).isEqualTo(400);
    head.headers().add("Sec-WebSocket-Key", KEY).add("Sec-WebSocket-Key", KEY);
    assertThat(status(head)).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"8", "14", "", "13, 8"})
  void refusesOtherVersionsAndNamesOurs(String version) {
    head.headers().set("Sec-WebSocket-Version", version);
    Refusal refusal = requireNonNull(HandshakeCheck.check(head));
    assertThat(refusal.status().code()).isEqualTo(426);
    assertThat(refusal.headers()).containsEntry("sec-websocket-version", "13");
  }

  @Test
  void refusesNoVersion() {
    head.headers().remove("Sec-WebSocket-Version");
    assertThat(status(head)).isEqualTo(426);
  }

  @Test
  void refusesOtherMethodsVersionsAndBodies() {
    assertThat(status(head(HttpVersion.HTTP_1_1, HttpMethod.POST))).isEqualTo(400);
    assertThat(status(head(HttpVersion.HTTP_1_0, HttpMethod.GET))).isEqualTo(400);
    head.headers().set("Content-Length", "1");
    assertThat(status(head)).isEqualTo(400);
    head.headers().remove("Content-Length").set("Transfer-Encoding", "chunked");
    assertThat(status(head)).isEqualTo(400);
    head.headers().remove("Transfer-Encoding").set("Content-Length", "0");
    assertThat(HandshakeCheck.check(head)).isNull();
  }
}
