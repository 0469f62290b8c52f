package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.NodePeer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who stops reading stops who sends, and the gateway holds next to nothing. */
final class BackpressureIT {
  /** Of 64 KiB each: 200 MB together. */
  private static final int BLOCKS = 3200;

  /** What the kernel's socket buffers on the way can hold, and more: 40 MB. */
  private static final int STALLED_BLOCKS = 640;

  /** 200 MB would be far beyond it, and what a JVM takes while it warms up is far within. */
  private static final long MORE_MEMORY = 80L << 20;

  private static List<String> sent(NodePeer sender) {
    return sender.process().log().matching("^sent ");
  }

  /** Waits until it has sent something, and then nothing more for two seconds. */
  private static void awaitStall(NodePeer sender) {
    AtomicInteger last = new AtomicInteger();
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          int now = sent(sender).size();
          return now > 0 && last.getAndSet(now) == now;
        });
  }

  private static void stallAndGoOn(
      GatewayProcess gateway, NodePeer sender, NodePeer reader, NodePeer client) throws Exception {
    reader.await("paused");
    long before = gateway.residentBytes();
    awaitStall(sender);
    int stalled = sent(sender).size();
    long held = gateway.residentBytes() - before;
    reader.send("resume");
    client.awaitSuccess();

    assertThat(stalled).isBetween(1, STALLED_BLOCKS);
    assertThat(held).isLessThan(MORE_MEMORY);
    assertThat(gateway.residentBytes() - before).isLessThan(MORE_MEMORY);
    assertThat(sent(sender)).hasSize(BLOCKS);
  }

  @Test
  void aSlowClientStopsTheServerAndLosesNothing() throws Exception {
    try (NodePeer server = NodePeer.start("ws-server.js");
        GatewayProcess gateway = GatewayProcess.to("ws://127.0.0.1:" + server.port());
        NodePeer client =
            NodePeer.start("ws-client.js", "slow", gateway.ws("/flood"), "" + BLOCKS)) {
      stallAndGoOn(gateway, server, client, client);
    }
  }

  @Test
  void aSlowServerStopsTheClientAndLosesNothing() throws Exception {
    try (NodePeer server = NodePeer.start("ws-server.js");
        GatewayProcess gateway = GatewayProcess.to("ws://127.0.0.1:" + server.port());
        NodePeer client =
            NodePeer.start("ws-client.js", "push", gateway.ws("/sink"), "" + BLOCKS)) {
      stallAndGoOn(gateway, client, server, client);
    }
  }
}
