package io.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.model.Cidr;
import io.holdfast.model.Listener;
import io.holdfast.model.ListenerTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ListenerConfigTest {

  @TempDir private Path folder;

  @BeforeEach
  void writeCertificate() throws IOException {
    Files.writeString(folder.resolve("a.pem"), "");
    Files.writeString(folder.resolve("a.key"), "");
  }

  @Test
  void defaults() {
    assertThat(read("bind: :8080")).isEqualTo(new Listener("0.0.0.0", 8080, null, List.of()));
  }

  @Test
  void fullMapping() {
    String yaml =
        """
        bind: "[::1]:8443"
        tls: { certificates: [{ cert: a.pem, key: a.key }] }
        trustedProxies: [10.0.0.0/8, "fd00::/8", 192.0.2.1]
        """;

    assertThat(read(yaml))
        .isEqualTo(
            new Listener(
                "::1",
                8443,
                new ListenerTls(folder.resolve("a.pem"), folder.resolve("a.key")),
                List.of(
                    Cidr.parse("10.0.0.0/8"), Cidr.parse("fd00::/8"), Cidr.parse("192.0.2.1"))));
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0:8080, 0.0.0.0, 8080",
    "localhost:0, localhost, 0",
    "'[::]:65535', ::, 65535",
    "LocalHost:1, localhost, 1",
  })
  void addresses(String bind, String host, int port) {
    assertThat(read("bind: '" + bind + "'")).isEqualTo(new Listener(host, port, null, List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | c:1:1: \"bind\" is missing",
        "bind: 8080 | c:1:7: bind: found \"8080\", expected an address such as 0.0.0.0:8080, :8080 or [::1]:8080",
        "bind: | c:1:6: bind: found nothing, expected an address such as 0.0.0.0:8080, :8080 or [::1]:8080",
        "bind: a:65536 | c:1:7: bind: found \"a:65536\", expected an address such as 0.0.0.0:8080, :8080 or [::1]:8080",
        "bind: ::1:80 | c:1:7: bind: found \"::1:80\", expected an address such as 0.0.0.0:8080, :8080 or [::1]:8080",
        "bind: [a:1] | c:1:7: bind: found a list, expected a single value",
        "{bind: ':1', tls: {}} | c:1:19: tls.certificates: expected at least one certificate",
        "{bind: ':1', tls: yes} | c:1:19: tls: found a single value, expected keys with values",
        "{bind: ':1', tls: {certificates: [{cert: a.pem, key: a.key}, {cert: a.pem, key: a.key}]}} | c:1:62: tls.certificates[1]: a second certificate; expected exactly one",
        "{bind: ':1', tls: {certificates: [{cert: a.pem}]}} | c:1:35: tls.certificates[0]: \"key\" is missing",
        "{bind: ':1', trustedProxies: 10.0.0.0/8} | c:1:30: trustedProxies: found a single value, expected a list",
        "{bind: ':1', trustedProxies: [10/8]} | c:1:31: trustedProxies[0]: found \"10/8\", expected an address block such as 10.0.0.0/8",
        "{bind: ':1', trustedProxies: [10.0.0.0/33]} | c:1:31: trustedProxies[0]: found \"10.0.0.0/33\", expected a prefix length from 0 to 32",
        "{bind: ':1', trustedProxy: []} | c:1:14: trustedProxy: unknown key; did you mean \"trustedProxies\"?",
      })
  void validation(String yaml, String message) {
    assertThat(Reading.error(yaml, in -> ListenerConfig.read(in, new Folder(folder))))
        .isEqualTo(message);
  }

  @Test
  void aCertificateThatIsNotThere() {
    String yaml = "{bind: ':1', tls: {certificates: [{cert: b.pem, key: a.key}]}}";

    assertThat(Reading.error(yaml, in -> ListenerConfig.read(in, new Folder(folder))))
        .isEqualTo(
            "c:1:42: tls.certificates[0].cert: found \"b.pem\", expected a readable file; there is"
                + " none at "
                + folder.resolve("b.pem"));
  }

  @Test
  void aCertificateThatIsADirectory() {
    String yaml = "{bind: ':1', tls: {certificates: [{cert: '.', key: a.key}]}}";

    assertThat(Reading.error(yaml, in -> ListenerConfig.read(in, new Folder(folder))))
        .endsWith("expected a readable file; " + folder.resolve(".") + " is a directory");
  }

  @Test
  void aCertificateWithoutAName() {
    String yaml = "{bind: ':1', tls: {certificates: [{cert: '', key: a.key}]}}";

    assertThat(Reading.error(yaml, in -> ListenerConfig.read(in, new Folder(folder))))
        .endsWith("found \"\", expected a readable file; none is named");
  }

  private Listener read(String yaml) {
    return Reading.fine(yaml, in -> ListenerConfig.read(in, new Folder(folder))).compile();
  }
}
