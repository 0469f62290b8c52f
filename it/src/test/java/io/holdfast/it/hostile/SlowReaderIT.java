package io.holdfast.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.it.harness.GatewayProcess;
import io.holdfast.it.harness.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that read slowly, or not at all, and what they may cost. */
class SlowReaderIT {
  private static final int MIB = 1 << 20;

  /** What a JVM takes while it warms up; piled up answers took five times as much in 15 s. */
  private static final long MORE_MEMORY = 256L * MIB;

  private static final String PIPELINED = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(500);

  private static void answerForever(RawBackend.Visit visit) throws IOException {
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n" + "x".repeat(3000);
    while (visit.readHead()) {
      visit.write(answer);
    }
  }

  @Test
  void aClientThatAsksAndAsksButDoesNotReadPilesUpNothingAndIsEnded() throws Exception {
    try (RawBackend backend = RawBackend.start(SlowReaderIT::answerForever);
        GatewayProcess gateway = GatewayProcess.start(Config.of("", backend.url()));
        RawClient client = RawClient.connect(gateway.port())) {
      gateway.metrics();
      long before = gateway.residentBytes();
      Thread asking =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (true) {
                    client.write(PIPELINED);
                  }
                } catch (IOException e) {
                  // The gateway has given it up, which is what is waited for.
                }
              });

      await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> gateway.metric("holdfast_connections_active") == 0);
      asking.join(Duration.ofSeconds(10));

      assertThat(asking.isAlive()).isFalse();
      assertThat(gateway.residentBytes() - before).isLessThan(MORE_MEMORY);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theLastAnswerOfAConnectionArrivesWholeHoweverSlowlyItIsRead(Wire wire) throws Exception {
    int length = 20 * MIB;
    byte[] part = new byte[MIB];
    Arrays.fill(part, (byte) 'y');
    RawBackend.Script script =
        visit -> {
          visit.readHead();
          visit.write("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
          for (int i = 0; i < length / MIB; i++) {
            visit.write(part);
          }
        };
    try (RawBackend backend = RawBackend.start(wire, script);
        GatewayProcess gateway =
            GatewayProcess.start(Config.over(wire, "", "", "", backend.url()));
        RawClient client = wire.connect(gateway.port())) {
      client.socket().setReceiveBufferSize(64 * 1024);
      client.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(client.readHead().status()).isEqualTo(200);
      int left = length;
      // Longer than the two seconds that a finished connection lingers.
      long pause = Duration.ofMillis(200).toNanos();
      long next = System.nanoTime();
      while (left > 0) {
        left -= client.read(Math.min(left, MIB)).length;
        next += pause;
        long due = next;
        await().pollInterval(Duration.ofMillis(5)).until(() -> System.nanoTime() >= due);
      }
      assertThat(client.endsCleanly()).isTrue();
    }
  }
}
