package io.holdfast.chat.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClientTest {
  private static final Pattern NAMED =
      Pattern.compile("(?:src=|href=|from |import\\()\"(?:\\./)?([\\w.-]+)\"");

  @ParameterizedTest
  @CsvSource({
    "/,                   text/html; charset=utf-8",
    "/index.html,         text/html; charset=utf-8",
    "/page.css,           text/css; charset=utf-8",
    "/page.js,            text/javascript; charset=utf-8",
    "/rooms.js,           text/javascript; charset=utf-8",
    "/conversation.js,    text/javascript; charset=utf-8",
    "/holdfast-client.js, text/javascript; charset=utf-8",
    "/transports.js,      text/javascript; charset=utf-8",
    "/outbox.js,          text/javascript; charset=utf-8",
    "/backoff.js,         text/javascript; charset=utf-8",
    "/icon.svg,           image/svg+xml"
  })
  void filesNameOnlyOthersOfThem(String path, String type) {
    Page file = Objects.requireNonNull(Client.at(path));
    String text = new String(file.content(), UTF_8);

    assertThat(file.type()).isEqualTo(type);
    assertThat(file.policy()).startsWith("default-src 'none'").doesNotContain("unsafe", "http");
    assertThat(text)
        .doesNotContainPattern("(src|href)=\"(https?:)?//")
        .doesNotContain(": url(", "@import", " style=", "onclick=");
    assertThat(NAMED.matcher(text).results().map(match -> match.group(1)))
        .allSatisfy(name -> assertThat(Client.at("/" + name)).as(name).isNotNull());
  }

  @Test
  void nothingElseIsServed() {
    assertThat(Client.at("/../Client.class")).isNull();
    assertThat(Client.at("/page.html")).isNull();
  }
}
