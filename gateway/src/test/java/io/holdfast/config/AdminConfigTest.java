package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AdminConfigTest {

  @Test
  void defaults() {
    assertThat(read("{}")).isEqualTo(new Admin(true, "127.0.0.1", 9900, null));
  }

  @Test
  void fullMapping() {
    assertThat(read("{bind: 0.0.0.0:9901, token: letmein, enabled: false}"))
        .isEqualTo(new Admin(false, "0.0.0.0", 9901, "letmein"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bind: localhost:1",
        "bind: '[::1]:1'",
        "bind: 127.9.0.1:1",
        "{bind: 0.0.0.0:1, enabled: false}",
        "{bind: 0.0.0.0:1, token: x}",
        "{token: ''}",
        "token:"
      })
  void allowed(String yaml) {
    assertThat(read(yaml)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "bind: 0.0.0.0:1 | c:1:7: bind: 0.0.0.0:1 is not loopback; expected a token beside it",
        "bind: '[::]:1' | c:1:7: bind: [::]:1 is not loopback; expected a token beside it",
        "bind: 127.evil.com:1 | c:1:7: bind: 127.evil.com:1 is not loopback; expected a token beside it",
        "{bind: 10.0.0.1:1, token: ''} | c:1:8: bind: 10.0.0.1:1 is not loopback; expected a token beside it",
        "enabled: yes | c:1:10: enabled: found \"yes\", expected true or false",
        "token: ' S3CRET' | c:1:8: token: found a value that is not shown, expected ASCII without control characters, line ends or blanks at its ends",
        "token: S3CRÄT | c:1:8: token: found a value that is not shown, expected ASCII without control characters, line ends or blanks at its ends",
        "token: \"S3CRET\\n\" | c:1:8: token: found a value that is not shown, expected ASCII without control characters, line ends or blanks at its ends",
        "token: [S3CRET] | c:1:8: token: found a list, expected a single value",
        "tokn: S3CRET | c:1:1: tokn: unknown key; did you mean \"token\"?",
      })
  void validation(String yaml, String message) {
    assertThat(Reading.error(yaml, AdminConfig::read)).isEqualTo(message);
  }

  @Test
  void theTokenIsNotInItsText() {
    assertThat(Reading.fine("token: S3CRET", AdminConfig::read).toString())
        .isEqualTo("AdminConfig[bind=127.0.0.1:9900, enabled=true]");
  }

  private static Admin read(String yaml) {
    return Reading.fine(yaml, AdminConfig::read).compile();
  }
}
