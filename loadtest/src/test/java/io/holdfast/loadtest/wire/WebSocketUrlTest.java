package io.holdfast.loadtest.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketUrlTest {

  @ParameterizedTest
  @CsvSource({
    "ws://example.com, false, example.com, 80, example.com, /",
    "wss://example.com/a/b?c=d%20e, true, example.com, 443, example.com, /a/b?c=d%20e",
    "ws://127.0.0.1:9101?x, false, 127.0.0.1, 9101, 127.0.0.1:9101, /?x",
    "WS://[::1]:9101/, false, ::1, 9101, [::1]:9101, /",
    "wss://example.com:443/, true, example.com, 443, example.com, /",
  })
  void readsItsParts(
      String text, boolean secure, String host, int port, String authority, String target) {
    assertThat(WebSocketUrl.parse(text))
        .isEqualTo(new WebSocketUrl(text, secure, host, port, authority, target));
  }

  @ParameterizedTest
  @CsvSource({
    "http://example.com, scheme",
    "ws:/example.com, does not begin with ws://",
    "127.0.0.1:8080, does not begin with ws://",
    "ws:///path, names no host",
    "ws://u:p@example.com, must not carry a user",
    "ws://example.com/#x, must not carry a fragment",
    "ws://example.com:99999, port",
    "ws://exa mple, no URL",
  })
  void saysWhatIsWrong(String text, String why) {
    assertThatThrownBy(() -> WebSocketUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text)
        .hasMessageContaining(why)
        .hasMessageContaining("ws://127.0.0.1:8080/path");
  }

  @Test
  void keepsTheHandshakeKeyOfTheRfc() {
    assertThat(Handshake.accept("dGhlIHNhbXBsZSBub25jZQ=="))
        .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }
}
