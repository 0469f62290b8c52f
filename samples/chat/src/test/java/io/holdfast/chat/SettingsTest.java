package io.holdfast.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.chat.auth.Tokens;
import io.holdfast.chat.session.Node;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsTest {
  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  @Test
  void defaults() {
    assertThat(Settings.of(Map.of()))
        .isEqualTo(
            new Settings(
                "0.0.0.0",
                3001,
                "chat-3001",
                new Node.Care(10_000, seconds(30), seconds(25), seconds(300), 16_384),
                seconds(60),
                seconds(10),
                Tokens.NONE,
                null,
                null,
                "info",
                null,
                null));
  }

  @Test
  void all() {
    Map<String, String> environment =
        Map.ofEntries(
            Map.entry("HOST", "127.0.0.1"),
            Map.entry("PORT", "4000"),
            Map.entry("NODE_NAME", "ash"),
            Map.entry("MAX_CONNECTIONS", "5"),
            Map.entry("HEARTBEAT_INTERVAL", "9000"),
            Map.entry("WEBSOCKET_HEARTBEAT_INTERVAL", "1000"),
            Map.entry("WEBSOCKET_PING_INTERVAL", "2000"),
            Map.entry("CONNECTION_TIMEOUT", "3000"),
            Map.entry("MAX_MESSAGE_SIZE", "500"),
            Map.entry("WEBSOCKET_PING_TIMEOUT", "4000"),
            Map.entry("SHUTDOWN_TIMEOUT", "5000"),
            Map.entry("CORS_ORIGIN", "https://example.com"),
            Map.entry("REDIS_URL", "redis://cache:6379"),
            Map.entry("LOG_LEVEL", "warn"),
            Map.entry("LOG_DIR", "/var/log/chat"),
            Map.entry("METRICS_TOKEN", "secret"));
    assertThat(Settings.of(environment))
        .isEqualTo(
            new Settings(
                "127.0.0.1",
                4000,
                "ash",
                new Node.Care(5, seconds(1), seconds(2), seconds(3), 500),
                seconds(4),
                seconds(5),
                Tokens.NONE,
                "https://example.com",
                "redis://cache:6379",
                "warn",
                Path.of("/var/log/chat"),
                "secret"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PORT | 70000 | PORT is \"70000\", expected a whole number from 0 to 65535",
        "JWT_SECRET | short | JWT_SECRET: expected at least 32 bytes that nobody can guess",
        "JWT_PUBLIC_KEY_FILE | /nowhere/key.pem | JWT_PUBLIC_KEY_FILE: cannot read /nowhere/key.pem",
        "JWT_PUBLIC_KEY_FILE | pom.xml | JWT_PUBLIC_KEY_FILE: expected a PEM file with a PUBLIC KEY",
        "REDIS_URL | http://:secret@x | REDIS_URL: expected redis://[[USER]:PASSWORD@]HOST[:PORT], or rediss://",
        "REDIS_URL | cache | REDIS_URL: expected redis://[[USER]:PASSWORD@]HOST[:PORT], or rediss://",
        "LOG_LEVEL | trace | LOG_LEVEL is \"trace\", expected one of debug, info, warn, error",
        "WIDGET_MODE | yes | WIDGET_MODE is \"yes\", expected true or false",
        "PORT | http | PORT is \"http\", expected a whole number from 0 to 65535",
        "MAX_CONNECTIONS | 0 | MAX_CONNECTIONS is \"0\", expected a whole number from 1 to 10000000",
        "CONNECTION_TIMEOUT | 5s | CONNECTION_TIMEOUT is \"5s\", expected a whole number from 1 to 2147483647",
      })
  void wrongOnes(String name, String value, String message) {
    assertThatThrownBy(() -> Settings.of(Map.of(name, value))).hasMessage(message);
  }
}
