package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.Child;
import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.RawClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What moves bytes where native transports are forbidden. */
final class TransportIT {
  private static final Map<String, String> NO_NATIVE =
      Map.of(
          "HOLDFAST_ADMIN_BIND", "127.0.0.1:0",
          "HOLDFAST_JAVA_OPTS", "-Xmx128m -Dio.netty.transport.noNative=true");

  @Test
  void autoFallsBackAndSaysWhy() throws Exception {
    try (EchoBackend backend = EchoBackend.start();
        Child gateway =
            Child.holdfast(
                "gateway",
                NO_NATIVE,
                List.of("run", "--listen", "127.0.0.1:0", "--to", backend.url()))) {
      int port =
          Integer.parseInt(gateway.log().await("listening on 127\\.0\\.0\\.1:(\\d+)").group(1));

      assertThat(gateway.log().matching("transport nio"))
          .singleElement()
          .asString()
          .contains("(io_uring does not work here: ");
      RawClient.webSocket(port, "/").close();
      gateway.log().await("access websocket 101");
    }
  }

  @Test
  void whatWasAskedForIsNotReplaced() throws Exception {
    try (Child gateway =
        Child.holdfast(
            "gateway",
            NO_NATIVE,
            List.of(
                "run",
                "--listen=127.0.0.1:0",
                "--to=ws://127.0.0.1:1",
                "--set=transport=io_uring"))) {
      gateway
          .log()
          .await("transport: io_uring does not work here \\(.+\\); use auto, epoll or nio");
    }
  }
}
