package io.holdfast.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.FullHttpResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AnswersTest {
  private static final Refusal REFUSAL =
      Refusal.of(503, "unavailable", "Nobody is there.", "retry-after", "1");

  private static String body(@Nullable String accept, String id, boolean keepAlive) {
    FullHttpResponse answer = Answers.of(REFUSAL, accept, id, keepAlive);
    assertThat(answer.status().code()).isEqualTo(503);
    assertThat(answer.headers().get("retry-after")).isEqualTo("1");
    assertThat(answer.headers().get("cache-control")).isEqualTo("no-store");
    assertThat(answer.headers().get("connection")).isEqualTo(keepAlive ? null : "close");
    assertThat(answer.headers().get("x-request-id")).isEqualTo(id.isEmpty() ? null : id);
    assertThat(answer.headers().getInt("content-length"))
        .isEqualTo(answer.content().readableBytes());
    String type = answer.headers().get("content-type");
    String text = answer.content().toString(StandardCharsets.UTF_8);
    answer.release();
    return type + " " + text;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "text/plain, application/JSON;q=0.5",
        "application/problem+json"
      })
  void speaksJsonToWhoAsksForIt(String accept) {
    assertThat(body(accept, "id-1", true))
        .isEqualTo(
            "application/json {\"status\":503,\"error\":\"unavailable\","
                + "\"message\":\"Nobody is there.\",\"request\":\"id-1\"}\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*/*", "text/html"})
  void speaksTextToOthers(String accept) {
    assertThat(body(accept, "id-1", false))
        .isEqualTo(
            "text/plain; charset=utf-8 503 Service Unavailable: Nobody is there. (request id-1)\n");
  }

  @Test
  void speaksTextWhereNothingIsAskedFor() {
    assertThat(body(null, "", true))
        .isEqualTo("text/plain; charset=utf-8 503 Service Unavailable: Nobody is there.\n");
  }
}
