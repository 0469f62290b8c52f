package io.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.Child;
import io.holdfast.it.harness.NodePeer;
import io.holdfast.it.harness.RawClient;
import io.holdfast.it.harness.RawFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that read nothing of what they are sent, and a gateway with little memory for it. */
final class ScarceMemoryIT {
  /** Of 64 KiB each: more than the gateway and the kernel keep for one client. */
  private static final int BLOCKS = 100;

  private final List<RawClient> readers = new ArrayList<>();
  private NodePeer server;
  private Child gateway;
  private int port;

  @BeforeEach
  void start() throws Exception {
    server = NodePeer.start("ws-server.js");
    gateway =
        Child.holdfast(
            "gateway",
            Map.of(
                "HOLDFAST_ADMIN_BIND", "127.0.0.1:0",
                "HOLDFAST_JAVA_OPTS", "-Xmx128m -XX:MaxDirectMemorySize=24m"),
            List.of("run", "--listen", "127.0.0.1:0", "--to", "ws://127.0.0.1:" + server.port()));
    port = Integer.parseInt(gateway.log().await("listening on 127\\.0\\.0\\.1:(\\d+)").group(1));
  }

  @AfterEach
  void end() throws IOException {
    for (RawClient reader : readers) {
      reader.close();
    }
    gateway.close();
    server.close();
  }

  /** Asks for the blocks, and returns the status of the answer. */
  private int flood() throws IOException {
    RawClient reader = RawClient.connect(port);
    readers.add(reader);
    reader.write(RawClient.upgrade("/flood?blocks=" + BLOCKS));
    return reader.readHead().status();
  }

  private void echo() throws IOException {
    try (RawClient client = RawClient.webSocket(port, "/echo")) {
      client.write(RawFrame.text("still here"));
      assertThat(new String(client.readFrame().payload(), UTF_8)).isEqualTo("still here");
    }
  }

  @Test
  void readsBecomeSmallerAndNobodyIsLost() throws Exception {
    for (int i = 0; i < 40; i++) {
      assertThat(flood()).isEqualTo(101);
    }
    echo();
    for (RawClient reader : readers) {
      for (int i = 0; i < BLOCKS; i++) {
        assertThat(reader.readFrame().payload()).hasSize(65_536);
      }
      assertThat(reader.readClose().closeCode()).isEqualTo(1000);
    }
    echo();
    assertThat(gateway.log().matching("ERROR")).isEmpty();
    // What is read leaves some for what is written.
    assertThat(gateway.log().matching("memory for buffers is used up")).isEmpty();
  }

  /** Over io_uring it ends, to be started anew; over epoll it drops clients and goes on. */
  @Test
  void withNoneLeftItServesOrEndsButDoesNotHang() throws Exception {
    try {
      for (int i = 0; i < 400; i++) {
        assertThat(flood()).isIn(101, 502);
      }
      for (RawClient reader : readers) {
        reader.close();
      }
      echo();
      assertThat(gateway.alive()).isTrue();
    } catch (IOException e) {
      // Over epoll the client of the moment may have been dropped.
      if (gateway.log().matching("transport io_uring").isEmpty()) {
        echo();
        return;
      }
      assertThat(gateway.exitCode()).isEqualTo(1);
      gateway.log().await("ERROR Holdfast: an event loop has ended");
    }
  }
}
