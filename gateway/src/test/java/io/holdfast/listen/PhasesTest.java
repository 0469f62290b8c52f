package io.holdfast.listen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PhasesTest {

  @ParameterizedTest
  @CsvSource({
    "chat.example.com, chat.example.com",
    "Chat.Example.COM:8080, chat.example.com",
    "chat.example.com., chat.example.com",
    "chat.example.com.:8080, chat.example.com",
    "chat.example.com.., chat.example.com.",
    "[::1]:8080, [::1]",
    "[::1], [::1]",
    "'', ''"
  })
  void aHostIsMatchedWithoutPortAndLastDot(String header, String host) {
    assertThat(Phases.host(header)).isEqualTo(host);
  }
}
