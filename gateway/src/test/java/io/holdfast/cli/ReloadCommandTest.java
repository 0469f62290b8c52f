package io.holdfast.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ReloadCommandTest {

  private final HttpServer gateway =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  private final List<String> calls = new ArrayList<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  ReloadCommandTest() throws IOException {}

  @AfterEach
  void stop() {
    gateway.stop(0);
  }

  @Test
  void printsTheChanges() {
    answers(200, "{\"changes\":[\"service chat: 1 backend added\"]}");

    assertThat(run("--token", "s3cret")).isZero();
    assertThat(out.toString().lines())
        .containsExactly("service chat: 1 backend added", "Reloaded.");
    assertThat(calls).containsExactly("POST /api/v1/reload Bearer s3cret");
  }

  @Test
  void saysWhenNothingChanged() {
    answers(200, "{\"changes\":[]}");

    assertThat(run()).isZero();
    assertThat(out.toString()).isEqualToIgnoringNewLines("Reloaded; nothing changed.");
  }

  @Test
  void printsAllErrors() {
    answers(
        422,
        """
        {"error":"no","errors":[
          {"file":"h.yaml","line":3,"column":5,"path":"routes[0].service","message":"unknown"},
          {"file":"--listen","line":0,"column":0,"path":"","message":"not an address"}]}
        """);

    assertThat(run()).isEqualTo(1);
    assertThat(err.toString().lines())
        .containsExactly(
            "h.yaml:3:5: routes[0].service: unknown",
            "--listen: not an address",
            "The configuration was refused; the old one stays in force.");
  }

  @Test
  void aWrongTokenIsARefusal() {
    answers(401, "{\"error\":\"The token is wrong.\"}");

    assertThat(run("--token", "x")).isEqualTo(1);
    assertThat(err.toString()).contains("answered 401: The token is wrong.");
  }

  @Test
  void somethingElseThatAnswersIsTold() {
    answers(200, "<html>");

    assertThat(run()).isEqualTo(1);
    assertThat(err.toString()).contains("without JSON; expected the admin listener of a gateway");
  }

  @Test
  void nothingThereIsTold() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }

    assertThat(execute("--admin", "http://127.0.0.1:" + port)).isEqualTo(3);
    assertThat(err.toString())
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
    assertThat(execute("--admin", url)).isEqualTo(2);
    assertThat(err.toString()).startsWith("--admin is " + url + "; expected a URL such as");
  }

  @Test
  void anUnknownHostIsTold() {
    assertThat(execute("--admin", "http://no-such-host.invalid:1")).isEqualTo(3);
    assertThat(err.toString())
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

      assertThat(execute("--admin", url)).isEqualTo(3);
      assertThat(err.toString())
          .startsWith("No answer of a gateway at " + url)
          .endsWith("is that its admin listener?" + System.lineSeparator());
    }
  }

  @Test
  void aMissingTokenIsAskedFor() {
    answers(401, "{\"error\":\"This needs a token: Authorization: Bearer ...\"}");

    assertThat(run("--token", "")).isEqualTo(1);
    assertThat(err.toString())
        .contains("asks for a token; give it with --token or in HOLDFAST_ADMIN_TOKEN.");
  }

  @Test
  void aTokenThatCannotBeSentIsNotShown() {
    assertThat(run("--token", "s3cret\n")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("the token cannot be sent; expected ASCII")
        .doesNotContain("s3cret");
  }

  private void answers(int status, String body) {
    gateway.createContext(
        "/",
        exchange -> {
          calls.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    gateway.start();
  }

  private int run(String... options) {
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of("--admin", "http://127.0.0.1:" + gateway.getAddress().getPort()));
    return execute(arguments.toArray(String[]::new));
  }

  private int execute(String... arguments) {
    return new CommandLine(new ReloadCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
