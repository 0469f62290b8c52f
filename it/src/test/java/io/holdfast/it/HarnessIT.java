package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.Child;
import io.holdfast.it.harness.EchoBackend;
import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.MovingClients;
import io.holdfast.it.harness.MovingPeers;
import io.holdfast.it.harness.NodePeer;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import io.holdfast.it.harness.RawHead;
import io.holdfast.loadtest.echo.EchoOptions;
import io.holdfast.loadtest.echo.EchoServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The tools of all the other tests work. */
final class HarnessIT {
  @TempDir private Path folder;

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

  @Test
  void countsWhatIsLostRepeatedAndReordered() throws Exception {
    List<String> command =
        List.of("node", "--test", "--test-reporter=tap", "peers/moving-count.test.js");
    try (Child tests = Child.start("moving-count", command, Map.of())) {
      assertThat(tests.exitCode()).as(tests.log().tail()).isZero();
      assertThat(tests.log().lines())
          .contains("# fail 0")
          .anyMatch(l -> l.matches("# pass \\d\\d"));
    }
  }

  @ParameterizedTest
  @CsvSource({"lose, lost", "double, repeated", "swap, reordered"})
  void seesWhatAServerDoesWrong(String fault, String wrong) throws Exception {
    MovingPeers peers = new MovingPeers(folder);
    try (NodePeer server = peers.server("faulty", "--push", "200", "--fault", fault);
        MovingClients clients = peers.clients("ws://127.0.0.1:" + server.port(), 20, 200)) {
      await().until(() -> peers.count().at("/messages/sent").asInt() > 400);
      JsonNode seen = clients.result();
      for (String what : List.of("messages", "answers", "pushes")) {
        assertThat(seen.path(what).path(wrong).asInt()).as(what + seen).isPositive();
        for (String other : List.of("lost", "repeated", "reordered")) {
          // The last that waits to be swapped is lost.
          if (!other.equals(wrong) && !(fault.equals("swap") && other.equals("lost"))) {
            assertThat(seen.path(what).path(other).asInt()).as(what + seen).isZero();
          }
        }
      }
      assertThatThrownBy(() -> MovingClients.assertUnnoticed(seen))
          .isInstanceOf(AssertionError.class);
    }
  }
}
