package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.Child;
import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.LoadProcess;
import io.holdfast.it.harness.NodePeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code connect --compress} and {@code loadtest --compress} through a gateway. */
final class CompressionIT {

  @ParameterizedTest
  @CsvSource({
    "'', permessage-deflate",
    "--forgetful, permessage-deflate; server_no_context_takeover; client_no_context_takeover;"
        + " server_max_window_bits=9"
  })
  void aServerOfNpmIsSpokenToInFewBytes(String flag, String agreed) throws Exception {
    try (NodePeer server = npm(flag);
        GatewayProcess gateway = GatewayProcess.to("ws://127.0.0.1:" + server.port());
        Child client = connect(gateway.ws("/bytes-read"))) {
      client.log().await("^# connected to .*, \\Q" + agreed + "\\E$");

      client.send("again and ".repeat(1_000));
      Matcher first = client.log().await("^text 10000 (\\d+)$");
      client.send("");
      client.log().await("^text 0 \\d+$");
      client.send("/close 1000");

      // Its whole request is among them.
      assertThat(Integer.parseInt(first.group(1))).isLessThan(2_000);
      assertThat(client.exitCode()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--forgetful"})
  void everyEchoOfNpmIsTheSame(String flag) throws Exception {
    try (NodePeer server = npm(flag);
        GatewayProcess gateway = GatewayProcess.to("ws://127.0.0.1:" + server.port())) {
      load(gateway.ws("/echo"), "--size=20000", "--text");
      load(gateway.ws("/echo"), "--size=64", "--inflight=8");
    }
  }

  @Test
  void everyEchoOfEchoIsTheSame() throws Exception {
    try (EchoBackend server = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.to(server.url());
        Child client = connect(gateway.ws("/"))) {
      load(gateway.ws("/"), "--size=20000", "--text");
      load(gateway.ws("/"), "--size=64", "--inflight=8");

      client.log().await("^# connected to .*, permessage-deflate, served by ");
      client.send("hello");
      client.log().await("^text hello$");
    }
  }

  private static NodePeer npm(String flag) throws Exception {
    return flag.isEmpty() ? NodePeer.start("ws-server.js") : NodePeer.start("ws-server.js", flag);
  }

  private static Child connect(String url) throws Exception {
    return Child.holdfast("connect", Map.of(), List.of("connect", url, "--compress"));
  }

  private static void load(String url, String... more) throws Exception {
    List<String> flags =
        new ArrayList<>(
            List.of("--compress", "--connections=5", "--warmup=0s", "--duration=500ms"));
    flags.addAll(List.of(more));
    try (LoadProcess load = LoadProcess.start(url, flags.toArray(String[]::new))) {
      JsonNode report = load.report();
      assertThat(report.at("/problems")).as("%s", report).isEmpty();
      assertThat(report.at("/connections/compressed").asInt()).isEqualTo(5);
      assertThat(report.at("/messages/echoed").asInt()).isPositive();
    }
  }
}
