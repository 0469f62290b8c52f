package io.holdfast.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.junit.jupiter.api.Test;

final class HandshakeAnswerTest {
  /** From RFC 6455 section 1.3. */
  private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

  @Test
  void aBackendsAnswerMustProveThatItReadTheKey() {
    HttpHeaders answer =
        new DefaultHttpHeaders()
            .set("Upgrade", "WebSocket")
            .set("Connection", "keep-alive, upgrade")
            .set("Sec-WebSocket-Accept", ACCEPT);
    assertThat(HandshakeAnswer.isRight(answer, ACCEPT)).isTrue();
    assertThat(HandshakeAnswer.isRight(answer, "other")).isFalse();
    assertThat(HandshakeAnswer.isRight(answer.copy().remove("Upgrade"), ACCEPT)).isFalse();
    assertThat(HandshakeAnswer.isRight(answer.copy().remove("Connection"), ACCEPT)).isFalse();
    assertThat(HandshakeAnswer.isRight(answer.copy().remove("Sec-WebSocket-Accept"), ACCEPT))
        .isFalse();
  }
}
