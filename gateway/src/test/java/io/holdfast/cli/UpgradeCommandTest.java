package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class UpgradeCommandTest {
  private final HttpServer gateway =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  private final List<String> calls = new ArrayList<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  UpgradeCommandTest() throws IOException {}

  @AfterEach
  void stop() {
    gateway.stop(0);
  }

  private int run(int status, String body, String... args) {
    gateway.createContext(
        "/",
        call -> {
          calls.add(call.getRequestMethod() + " " + call.getRequestURI());
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          call.sendResponseHeaders(status, bytes.length);
          call.getResponseBody().write(bytes);
          call.close();
        });
    gateway.start();
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--admin", "http://127.0.0.1:" + gateway.getAddress().getPort()));
    return new CommandLine(new UpgradeCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  @Test
  void namesTheNewProcess() {
    assertThat(run(200, "{\"pid\":4711,\"asidePort\":9901}", "--rate", "50")).isZero();
    assertThat(out.toString().lines())
        .containsExactly("process 4711 has taken over; the old one drains");
    assertThat(calls).containsExactly("POST /api/v1/upgrade?&rate=50.000");
  }

  @Test
  void tellsWhyTheOldOneGoesOn() {
    assertThat(run(409, "{\"error\":\"A deploy is under way.\"}")).isEqualTo(1);
    assertThat(err.toString()).contains("answered 409: A deploy is under way.");
  }

  @Test
  void aPaceOfNothingIsAMistake() {
    assertThat(run(200, "{}", "--deadline", "0")).isEqualTo(2);
    assertThat(err.toString()).startsWith("--rate and --deadline must be above 0");
    assertThat(calls).isEmpty();
  }
}
