package io.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.NodePeer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A client that stops reading stops its backend, and the gateway holds next to nothing. */
final class BackpressureIT {
  /** Of 64 KiB each: 200 MB together. */
  private static final int BLOCKS = 3200;

  /** What the kernel's socket buffers on the way can hold, and more: 40 MB. */
  private static final int STALLED_BLOCKS = 640;

  private static final long MIB = 1 << 20;

  /** 200 MB would be far beyond it, and what a JVM takes while it warms up is far within. */
  private static final long MORE_MEMORY = 80 * MIB;

  private static List<String> sent(NodePeer server) {
    return server.process().log().matching("^sent ");
  }

  /** Waits until the server has sent something, and then nothing more for two seconds. */
  private static void awaitStall(NodePeer server) {
    AtomicInteger last = new AtomicInteger();
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          int now = sent(server).size();
          return now > 0 && last.getAndSet(now) == now;
        });
  }

  @Test
  void aSlowClientStopsTheServerAndLosesNothing() throws Exception {
    try (NodePeer server = NodePeer.start("ws-server.js");
        GatewayProcess gateway = GatewayProcess.to("ws://127.0.0.1:" + server.port())) {
      // The first scrape sets up the JVM's metrics.
      gateway.metrics();
      long before = gateway.residentBytes();
      try (NodePeer client =
          NodePeer.start("ws-client.js", "slow", gateway.ws("/flood"), "" + BLOCKS)) {
        client.await("paused");
        awaitStall(server);
        int stalled = sent(server).size();
        long held = gateway.residentBytes() - before;
        client.send("resume");
        client.awaitSuccess();

        assertThat(stalled).isBetween(1, STALLED_BLOCKS);
        assertThat(held).isLessThan(MORE_MEMORY);
        assertThat(gateway.residentBytes() - before).isLessThan(MORE_MEMORY);
        assertThat(sent(server)).hasSize(BLOCKS);
      }
    }
  }
}
