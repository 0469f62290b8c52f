package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
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

  @Test
  void anAddressThatIsNoUrlIsUsage() {
    assertThat(execute("--admin", "localhost:9900")).isEqualTo(2);
    assertThat(err.toString()).startsWith("--admin is localhost:9900; expected a URL such as");
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
