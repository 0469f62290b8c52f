package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.harness.RawHead;
import io.holdfast.loadtest.echo.EchoOptions;
import io.holdfast.loadtest.echo.EchoServer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The tools of all the other tests work. */
final class HarnessIT {

  @Test
  void relaysToAnEchoBackendOfItsOwnProcess() throws Exception {
    try (EchoBackend echo = EchoBackend.start();
        GatewayProcess gateway = GatewayProcess.to(echo.url());
        RawClient client = RawClient.connect(gateway.port())) {
      client.write(RawClient.upgrade("/"));
      RawHead head = client.readHead();
      client.write(RawFrame.text("hello"));
      RawFrame answer = client.readFrame();
      Map<String, Double> metrics = gateway.metrics();

      assertThat(head.header("sec-websocket-accept")).isEqualTo(RawClient.ACCEPT);
      assertThat(answer.text()).isEqualTo("hello");
      assertThat(metrics).containsEntry("holdfast_relays_active{service=\"default\"}", 1.0);
      assertThat(gateway.services().get(0).get("backends").get(0).get("address").asString())
          .isEqualTo(echo.url());
      assertThat(gateway.openFiles()).isPositive();
    }
  }

  @Test
  void relaysToAnEmbeddedEchoServerByAConfigFile() throws Exception {
    try (EchoServer echo = EchoServer.start(EchoOptions.loopback(1));
        GatewayProcess gateway =
            GatewayProcess.start(
                """
                listeners:
                  - bind: 127.0.0.1:0
                routes:
                  - service: echo
                services:
                  echo:
                    backends: ["ws://127.0.0.1:%d"]
                """
                    .formatted(echo.port()));
        RawClient client = RawClient.webSocket(gateway.port(), "/")) {
      client.write(RawFrame.close(3001, "bye"));

      assertThat(client.readClose().closeReason()).isEqualTo("bye");
      assertThat(client.endsCleanly()).isTrue();
      assertThat(gateway.reload()).isEqualTo(200);
    }
  }
}
