package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.NodePeer;
import io.holdfast.it.harness.Signal;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of Socket.IO find their way to the one node that knows them. */
final class SocketIoIT {

  private static GatewayProcess gateway(String affinity, NodePeer... nodes) throws IOException {
    return GatewayProcess.start(
        """
        listeners:
          - bind: 127.0.0.1:0
        routes:
          - service: chat
        services:
          chat:
            balance: round_robin
            affinity: %s
            backends: [%s]
        """
            .formatted(
                affinity,
                Arrays.stream(nodes)
                    .map(node -> "\"ws://127.0.0.1:" + node.port() + '"')
                    .collect(Collectors.joining(", "))));
  }

  private static NodePeer client(String scenario, GatewayProcess gateway, String transports)
      throws IOException {
    return NodePeer.start("sio-client.js", scenario, gateway.http("/"), transports);
  }

  /** The docs say that these can carry it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cookie: {} | polling",
        "cookie: {} | polling,websocket",
        "appCookie: io | polling",
        "appCookie: io | polling,websocket",
        "key: query:user | polling",
        "key: query:user | polling,websocket",
        "hash: query:user | polling",
        "hash: query:user | polling,websocket",
      })
  void everyKindOfAffinityOverThreeNodes(String affinity, String transports) throws Exception {
    try (NodePeer a = NodePeer.start("sio-server.js", "a");
        NodePeer b = NodePeer.start("sio-server.js", "b");
        NodePeer c = NodePeer.start("sio-server.js", "c");
        GatewayProcess gateway = gateway("{ " + affinity + " }", a, b, c);
        NodePeer clients =
            NodePeer.start("sio-client.js", "rooms", gateway.http("/"), transports, "3")) {
      clients.awaitSuccess();
    }
  }

  /** The id of a session is not known before its first answer, so it leads nowhere. */
  @ParameterizedTest
  @ValueSource(strings = {"{ key: query:sid }", "{ hash: query:sid }"})
  void theIdOfTheSessionCannotCarryIt(String affinity) throws Exception {
    try (NodePeer a = NodePeer.start("sio-server.js", "a");
        NodePeer b = NodePeer.start("sio-server.js", "b");
        GatewayProcess gateway = gateway(affinity, a, b);
        NodePeer clients = client("unknown", gateway, "polling")) {
      clients.awaitSuccess();
      assertThat(clients.await("failed")).matches("[1-9]\\d* .*400");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling,websocket", "polling", "websocket"})
  void clientsStayWithTheirNode(String transports) throws Exception {
    try (NodePeer a = NodePeer.start("sio-server.js", "a");
        NodePeer b = NodePeer.start("sio-server.js", "b");
        GatewayProcess gateway = gateway("{ cookie: {} }", a, b);
        NodePeer clients = client("rooms", gateway, transports)) {
      clients.awaitSuccess();
    }
  }

  @Test
  void withoutAffinityPollingFails() throws Exception {
    try (NodePeer a = NodePeer.start("sio-server.js", "a");
        NodePeer b = NodePeer.start("sio-server.js", "b");
        GatewayProcess gateway = gateway("{}", a, b);
        NodePeer clients = client("unknown", gateway, "polling")) {
      clients.awaitSuccess();

      // What Socket.IO answers to a session of another node.
      assertThat(clients.await("failed")).matches("[1-9]\\d* .*400");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"polling,websocket", "polling", "websocket"})
  void clientsComeBackWhenTheirNodeGoes(String transports) throws Exception {
    try (NodePeer a = NodePeer.start("sio-server.js", "a");
        NodePeer b = NodePeer.start("sio-server.js", "b");
        GatewayProcess gateway = gateway("{ cookie: {} }", a, b);
        NodePeer client = client("stays", gateway, transports)) {
      String first = client.await("connected");
      NodePeer its = first.equals("a") ? a : b;
      NodePeer other = first.equals("a") ? b : a;
      int port = its.port();
      its.process().signal(Signal.KILL);
      client.await("disconnected");
      String second = client.await("connected", 2);
      try (NodePeer again = NodePeer.start("sio-server.js", first, "" + port)) {
        assertThat(again.port()).isEqualTo(port);
        other.process().signal(Signal.KILL);
        String third = client.await("connected", 3);
        client.send("end");
        client.awaitSuccess();

        assertThat(second).isNotEqualTo(first);
        assertThat(third).isEqualTo(first);
      }
    }
  }
}
