package io.holdfast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Runs a command against an admin listener that answers all calls alike. */
final class AdminStub implements AutoCloseable {
  /** What was asked, as method, address and {@code Authorization}. */
  final List<String> calls = new ArrayList<>();

  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();

  private final Object command;
  private final HttpServer gateway =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

  AdminStub(Object command) throws IOException {
    this.command = command;
  }

  void answers(int status, String body) {
    answers(status, List.of(body), false);
  }

  /**
   * Answers the calls one after another, from the last on always alike.
   *
   * @param ends whether nobody listens any more after the last
   */
  void answers(int status, List<String> bodies, boolean ends) {
    gateway.createContext(
        "/",
        call -> {
          String body = bodies.get(Math.min(calls.size(), bodies.size() - 1));
          calls.add(
              call.getRequestMethod()
                  + " "
                  + call.getRequestURI()
                  + " "
                  + call.getRequestHeaders().getFirst("Authorization"));
          byte[] bytes = body.getBytes(UTF_8);
          call.sendResponseHeaders(status, bytes.length);
          call.getResponseBody().write(bytes);
          call.close();
          if (ends && calls.size() == bodies.size()) {
            Thread.ofVirtual().start(this::close);
          }
        });
    gateway.start();
  }

  /** The exit code of the command, asked to talk to this. */
  int run(String... options) {
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of("--admin", "http://127.0.0.1:" + gateway.getAddress().getPort()));
    return execute(arguments.toArray(String[]::new));
  }

  /** The exit code of the command with these arguments alone. */
  int execute(String... arguments) {
    return new CommandLine(command)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Override
  public void close() {
    gateway.stop(0);
  }
}
