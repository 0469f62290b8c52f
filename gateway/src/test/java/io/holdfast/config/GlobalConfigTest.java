package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Dns;
import io.holdfast.model.Limits;
import io.holdfast.model.Logs;
import io.holdfast.model.Shutdown;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code limits}, {@code shutdown}, {@code logs} and {@code dns}. */
final class GlobalConfigTest {

  @Test
  void limitsDefaults() {
    assertThat(Reading.fine("{}", LimitsConfig::read).compile(0))
        .isEqualTo(new Limits(0, 0, 16_384, 100, Duration.ofSeconds(10), Duration.ofSeconds(60)));
  }

  @Test
  void limitsFullMapping() {
    String yaml =
        """
        connections: 50000
        connectionsPerAddress: 100
        head: 32KiB
        headers: 50
        headTimeout: 5s
        keepAliveTimeout: 2m
        """;

    assertThat(Reading.fine(yaml, LimitsConfig::read).compile(1024))
        .isEqualTo(
            new Limits(50_000, 100, 32_768, 50, Duration.ofSeconds(5), Duration.ofMinutes(2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "connections: -1 | c:1:14: connections: found \"-1\", expected a whole number from 0 to 100000000, auto or off",
        "connectionsPerAddress: many | c:1:24: connectionsPerAddress: found \"many\", expected a whole number from 0 to 100000000",
        "head: 16KB | c:1:7: head: found \"16KB\", expected a size above zero such as 512, 16KiB, 1MiB or 1GiB",
        "head: 2MiB | c:1:7: head: found \"2MiB\", expected a size from 256 to 1MiB",
        "headers: 0 | c:1:10: headers: found \"0\", expected a whole number from 1 to 10000",
        "headTimeout: off | c:1:14: headTimeout: found \"off\", expected a duration above zero such as 250ms, 10s, 5m, 24h or 7d",
        "keepAliveTimeout: 60 | c:1:19: keepAliveTimeout: found \"60\", expected a duration above zero such as 250ms, 10s, 5m, 24h or 7d",
        "headTimout: 1s | c:1:1: headTimout: unknown key; did you mean \"headTimeout\"?",
      })
  void limitsValidation(String yaml, String message) {
    assertThat(Reading.error(yaml, LimitsConfig::read)).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource({
    "auto, 20000, 9900",
    "0, 20000, 9900",
    "auto, 150, 1",
    "auto, 999999999999, 100000000",
    "auto, 0, 0",
    "off, 20000, 0",
    "30000, 20000, 30000"
  })
  void connectionsFollowTheOpenFilesUnlessGiven(String given, long openFiles, int connections) {
    LimitsConfig limits = Reading.fine("connections: " + given, LimitsConfig::read);

    assertThat(limits.compile(openFiles).connections()).isEqualTo(connections);
  }

  @Test
  void theLimitOfOpenFilesIsRead() {
    assertThat(
            OpenFiles.limit(
                List.of(
                    "Limit                     Soft Limit           Hard Limit           Units",
                    "Max open files            1024                 524288               files")))
        .isEqualTo(1024);
    assertThat(
            OpenFiles.limit(
                List.of(
                    "Max open files            unlimited            unlimited            files")))
        .isZero();
    assertThat(OpenFiles.limit(List.of())).isZero();
  }

  @Test
  void shutdownDefaults() {
    assertThat(Reading.fine("{}", ShutdownConfig::read).compile())
        .isEqualTo(new Shutdown(Duration.ofSeconds(2), Duration.ofSeconds(30)));
  }

  @Test
  void shutdownFullMapping() {
    assertThat(Reading.fine("{readinessDelay: off, deadline: 5m}", ShutdownConfig::read).compile())
        .isEqualTo(new Shutdown(Duration.ZERO, Duration.ofMinutes(5)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "readinessDelay: soon | c:1:17: readinessDelay: found \"soon\", expected a duration such as 250ms, 10s, 5m, 24h or 7d, or off",
        "deadline: -1s | c:1:11: deadline: found \"-1s\", expected a duration such as 250ms, 10s, 5m, 24h or 7d, or off",
      })
  void shutdownValidation(String yaml, String message) {
    assertThat(Reading.error(yaml, ShutdownConfig::read)).isEqualTo(message);
  }

  @Test
  void logsDefaults() {
    assertThat(Reading.fine("{}", LogsConfig::read).compile())
        .isEqualTo(new Logs(Logs.Level.INFO, Logs.Format.TEXT, Logs.AccessFormat.TEXT));
  }

  @Test
  void logsFullMapping() {
    assertThat(
            Reading.fine("{level: debug, format: json, access: off}", LogsConfig::read).compile())
        .isEqualTo(new Logs(Logs.Level.DEBUG, Logs.Format.JSON, Logs.AccessFormat.OFF));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "level: INFO | c:1:8: level: found \"INFO\", expected one of debug, info, warn, error",
        "format: xml | c:1:9: format: found \"xml\", expected one of text, json",
        "access: none | c:1:9: access: found \"none\", expected one of off, text, json",
      })
  void logsValidation(String yaml, String message) {
    assertThat(Reading.error(yaml, LogsConfig::read)).isEqualTo(message);
  }

  @Test
  void dnsDefaults() {
    assertThat(Reading.fine("{}", DnsConfig::read).compile())
        .isEqualTo(
            new Dns(
                List.of(),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Duration.ZERO,
                Duration.ofSeconds(5),
                Duration.ZERO));
  }

  @Test
  void dnsFullMapping() {
    String yaml =
        """
        servers: [10.0.0.53, 127.0.0.1:5353, "[::1]", "[fd00::53]:54"]
        timeout: 250ms
        minTtl: 5s
        maxTtl: 1m
        refresh: 500ms
        forget: 10s
        """;

    assertThat(Reading.fine(yaml, DnsConfig::read).compile())
        .isEqualTo(
            new Dns(
                List.of(
                    new InetSocketAddress(InetAddress.ofLiteral("10.0.0.53"), 53),
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5353),
                    new InetSocketAddress(InetAddress.ofLiteral("::1"), 53),
                    new InetSocketAddress(InetAddress.ofLiteral("fd00::53"), 54)),
                Duration.ofMillis(250),
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                Duration.ofMillis(500),
                Duration.ofSeconds(10)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "servers: 10.0.0.53 | c:1:10: servers: found a single value, expected a list",
        "servers: [ns.test] | c:1:11: servers[0]: found \"ns.test\", expected an address such as 10.0.0.53, 127.0.0.1:5353 or [::1]:5353, and no name",
        "servers: [10.53] | c:1:11: servers[0]: found \"10.53\", expected an address such as 10.0.0.53, 127.0.0.1:5353 or [::1]:5353, and no name",
        "servers: [10.0.0.256] | c:1:11: servers[0]: found \"10.0.0.256\", expected an address such as 10.0.0.53, 127.0.0.1:5353 or [::1]:5353, and no name",
        "servers: ['10.0.0.53:0'] | c:1:11: servers[0]: found \"10.0.0.53:0\", expected an address such as 10.0.0.53, 127.0.0.1:5353 or [::1]:5353, and no name",
        "servers: ['[1::2::3]'] | c:1:11: servers[0]: found \"[1::2::3]\", expected an address such as 10.0.0.53, 127.0.0.1:5353 or [::1]:5353, and no name",
        "timeout: off | c:1:10: timeout: found \"off\", expected a duration above zero such as 250ms, 10s, 5m, 24h or 7d",
        "minTtl: off | c:1:9: minTtl: found \"off\", expected a duration above zero such as 250ms, 10s, 5m, 24h or 7d",
        "minTtl: 1500ms | c:1:9: minTtl: found \"1500ms\", expected whole seconds such as 1s, 30s or 5m",
        "refresh: off | c:1:10: refresh: found \"off\", expected a duration above zero such as 250ms, 10s, 5m, 24h or 7d",
        "forget: never | c:1:9: forget: found \"never\", expected a duration such as 250ms, 10s, 5m, 24h or 7d, or off",
        "{minTtl: 30s, maxTtl: 10s} | c:1:23: maxTtl: expected no less than minTtl",
      })
  void dnsValidation(String yaml, String message) {
    assertThat(Reading.error(yaml, DnsConfig::read)).isEqualTo(message);
  }
}
