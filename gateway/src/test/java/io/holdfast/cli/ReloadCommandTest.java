package io.holdfast.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReloadCommandTest {

  private final AdminStub stub = new AdminStub(new ReloadCommand());

  ReloadCommandTest() throws IOException {}

  @AfterEach
  void stop() {
    stub.close();
  }

  @Test
  void printsTheChanges() {
    stub.answers(200, "{\"changes\":[\"service chat: 1 backend added\"]}");

    assertThat(stub.run("--token", "s3cret")).isZero();
    assertThat(stub.out.toString().lines())
        .containsExactly("service chat: 1 backend added", "Reloaded.");
    assertThat(stub.calls).containsExactly("POST /api/v1/reload Bearer s3cret");
  }

  @Test
  void saysWhenNothingChanged() {
    stub.answers(200, "{\"changes\":[]}");

    assertThat(stub.run()).isZero();
    assertThat(stub.out.toString()).isEqualToIgnoringNewLines("Reloaded; nothing changed.");
  }

  @Test
  void printsAllErrors() {
    stub.answers(
        422,
        """
        {"error":"no","errors":[
          {"file":"h.yaml","line":3,"column":5,"path":"routes[0].service","message":"unknown"},
          {"file":"--listen","line":0,"column":0,"path":"","message":"not an address"}]}
        """);

    assertThat(stub.run()).isEqualTo(1);
    assertThat(stub.err.toString().lines())
        .containsExactly(
            "h.yaml:3:5: routes[0].service: unknown",
            "--listen: not an address",
            "The configuration was refused; the old one stays in force.");
  }

  @Test
  void aWrongTokenIsARefusal() {
    stub.answers(401, "{\"error\":\"The token is wrong.\"}");

    assertThat(stub.run("--token", "x")).isEqualTo(1);
    assertThat(stub.err.toString()).contains("answered 401: The token is wrong.");
  }

  @Test
  void somethingElseThatAnswersIsTold() {
    stub.answers(200, "<html>");

    assertThat(stub.run()).isEqualTo(1);
    assertThat(stub.err.toString())
        .contains("without JSON; expected the admin listener of a gateway");
  }

  @Test
  void nothingThereIsTold() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }

    assertThat(stub.execute("--admin", "http://127.0.0.1:" + port)).isEqualTo(3);
    assertThat(stub.err.toString())
        .isEqualToIgnoringNewLines(
            "No gateway can be reached at http://127.0.0.1:"
                + port
                + "; is it running, and with that address?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:9900",
        "127.0.0.1:9900",
        "http://",
        "http://a b",
        "ftp://host",
        "http://host:99999"
      })
  void anAddressThatIsNoUrlIsUsage(String url) {
    assertThat(stub.execute("--admin", url)).isEqualTo(2);
    assertThat(stub.err.toString()).startsWith("--admin is " + url + "; expected a URL such as");
  }

  @Test
  void anUnknownHostIsTold() {
    assertThat(stub.execute("--admin", "http://no-such-host.invalid:1")).isEqualTo(3);
    assertThat(stub.err.toString())
        .isEqualToIgnoringNewLines("The host of http://no-such-host.invalid:1 is not known.");
  }

  @Test
  void anotherProtocolIsTold() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket socket = other.accept()) {
              socket.getOutputStream().write("SSH-2.0-OpenSSH\r\n\r\n".getBytes(US_ASCII));
              socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
              // The command has gone.
            }
          });
      String url = "http://127.0.0.1:" + other.getLocalPort();

      assertThat(stub.execute("--admin", url)).isEqualTo(3);
      assertThat(stub.err.toString())
          .startsWith("No answer of a gateway at " + url)
          .endsWith("is that its admin listener?" + System.lineSeparator());
    }
  }

  @Test
  void aMissingTokenIsAskedFor() {
    stub.answers(401, "{\"error\":\"This needs a token: Authorization: Bearer ...\"}");

    assertThat(stub.run("--token", "")).isEqualTo(1);
    assertThat(stub.err.toString())
        .contains("asks for a token; give it with --token or in HOLDFAST_ADMIN_TOKEN.");
  }

  @Test
  void aTokenThatCannotBeSentIsNotShown() {
    assertThat(stub.run("--token", "s3cret\n")).isEqualTo(2);
    assertThat(stub.err.toString())
        .startsWith("the token cannot be sent; expected ASCII")
        .doesNotContain("s3cret");
  }
}
