package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class CheckCommandTest {

  private static final String FINE =
      """
      listeners: [{ bind: ":8080" }]
      routes: [{ service: chat }]
      services: { chat: { tlsVerify: false, backends: ["wss://127.0.0.1:8001"] } }
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @Test
  void aFineFileIsZero() throws IOException {
    Path file = Files.writeString(folder.resolve("fine.yaml"), FINE);

    assertThat(check(file.toString())).isZero();
    assertThat(out.toString())
        .isEqualTo(file + " is fine: listeners 1, routes 1, services 1" + System.lineSeparator());
    assertThat(err.toString()).startsWith("warning: " + file + ":3:32: services.chat.tlsVerify: ");
  }

  @Test
  void errorsAreOneAndAllPrinted() throws IOException {
    Path file = Files.writeString(folder.resolve("bad.yaml"), "listners: []\nroutes: 1\n");

    assertThat(check(file.toString())).isEqualTo(1);
    assertThat(err.toString().lines())
        .containsExactly(
            file + ":1:1: listeners: expected at least one listener",
            file + ":1:1: services: expected at least one service",
            file + ":1:1: listners: unknown key; did you mean \"listeners\"?",
            file + ":2:9: routes: found a single value, expected a list",
            file + " has 4 errors");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void programsGetJson() throws IOException {
    Path file = Files.writeString(folder.resolve("bad.yaml"), FINE + "transport: fast\n");

    assertThat(check("--json", file.toString())).isEqualTo(1);
    JsonNode report = JsonMapper.shared().readTree(out.toString());
    assertThat(report.get("errors")).hasSize(1);
    JsonNode error = report.get("errors").get(0);
    assertThat(error.get("source").asString()).isEqualTo(file.toString());
    assertThat(error.get("line").asInt()).isEqualTo(4);
    assertThat(error.get("column").asInt()).isEqualTo(12);
    assertThat(error.get("path").asString()).isEqualTo("transport");
    assertThat(error.get("problem").asString())
        .isEqualTo("found \"fast\", expected one of auto, io_uring, epoll, nio");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void warningsStandBesideErrors() throws IOException {
    Path file = Files.writeString(folder.resolve("bad.yaml"), FINE + "transport: fast\n");

    assertThat(check(file.toString())).isEqualTo(1);
    assertThat(err.toString().lines())
        .hasSize(3)
        .anyMatch(line -> line.startsWith("warning: " + file + ":3:32: services.chat.tlsVerify: "));
  }

  @Test
  void tlsFilesAreTriedAtTheirPlace() throws Exception {
    X509Bundle one = authority("CN=one");
    X509Bundle two = authority("CN=two");
    Files.writeString(folder.resolve("cert.pem"), one.getCertificatePEM());
    Files.writeString(folder.resolve("one.key"), one.getPrivateKeyPEM());
    Files.writeString(folder.resolve("two.key"), two.getPrivateKeyPEM());
    Files.writeString(folder.resolve("bad.pem"), "no certificate");
    String text =
        """
        listeners:
          - bind: ":8080"
          - bind: ":8443"
            tls: { certificates: [{ cert: cert.pem, key: KEY }] }
        routes: [{ service: chat }]
        services:
          chat:
            tlsCa: CA
            backends: ["wss://127.0.0.1:8001"]
        """;
    Path fine =
        Files.writeString(
            folder.resolve("fine.yaml"), text.replace("KEY", "one.key").replace("CA", "cert.pem"));
    Path bad =
        Files.writeString(
            folder.resolve("bad.yaml"), text.replace("KEY", "two.key").replace("CA", "bad.pem"));

    assertThat(check(fine.toString())).as("%s", err).isZero();
    assertThat(check(bad.toString())).isEqualTo(1);
    assertThat(err.toString().lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith(bad + ":4:27: listeners[1].tls.certificates[0]: The key in ")
                    .contains("does not match the certificate"),
            line ->
                assertThat(line)
                    .startsWith(bad + ":8:12: services.chat.tlsCa: The CA file ")
                    .contains("holds no certificate"),
            line -> assertThat(line).isEqualTo(bad + " has 2 errors"));
  }

  @Test
  void aMissingArgumentIsTwo() {
    assertThat(check()).isEqualTo(2);
    assertThat(err.toString()).contains("FILE");
  }

  @Test
  void theSchemaIsPrinted() {
    int code = new CommandLine(new SchemaCommand()).setOut(new PrintWriter(out)).execute();

    assertThat(code).isZero();
    assertThat(JsonMapper.shared().readTree(out.toString()).get("title").asString())
        .isEqualTo("Holdfast config file");
  }

  private static X509Bundle authority(String name) throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject(name)
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  private int check(String... arguments) {
    return new CommandLine(new CheckCommand(Map.of()))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
