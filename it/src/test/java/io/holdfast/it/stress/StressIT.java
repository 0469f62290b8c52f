package io.holdfast.it.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.harness.GatewayProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whether the transports of this machine can be trusted: relays at random, for a third of {@code
 * -Dholdfast.fuzz=} each. A failure names its seed; {@code -Dholdfast.stress.seed=} takes the same
 * again, as far as time does.
 */
final class StressIT {
  private static final int AT_ONCE = 32;
  private static final int BRIEF_ONES = 24;

  /** More than a gateway with a heap of 256 MiB takes in hours; a leak does not stop there. */
  private static final long MEMORY = 1L << 30;

  @TempDir private static Path folder;

  static Stream<String> transports() {
    String only = System.getProperty("holdfast.stress.transport");
    return only != null
        ? Stream.of(only)
        : Stream.of("io_uring", "epoll", "nio").filter(StressIT::works);
  }

  private static boolean works(String transport) {
    String config =
        "transport: "
            + transport
            + """

            listeners: [{ bind: 127.0.0.1:0 }]
            routes: [{ service: s }]
            services: { s: { backends: [ws://127.0.0.1:9] } }
            """;
    try (GatewayProcess gateway = GatewayProcess.start(config)) {
      return gateway.process().alive();
    } catch (AssertionError e) {
      if (String.valueOf(e.getMessage()).contains(transport + " does not work here")) {
        return false;
      }
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void everyByteArrivesAndNothingStays(String transport) throws Exception {
    long seed = Long.getLong("holdfast.stress.seed", System.nanoTime());
    Findings findings = new Findings();
    Duration time = time();
    try (Site site = new Site(findings, folder);
        GatewayProcess gateway = GatewayProcess.start(site.config(transport))) {
      System.out.printf("stress of %s with seed %d%n", transport, seed);
      Run run = new Run(site, gateway, findings, seed);
      run.last(time.dividedBy(5));
      awaitIdle(gateway, findings);
      int files = gateway.openFiles();
      run.last(time.minus(time.dividedBy(5)));
      awaitIdle(gateway, findings);
      System.out.printf(
          "stress of %s with seed %d: %s, at most %d MB resident%n",
          transport, seed, findings, run.memory.get() >> 20);

      assertThat(findings.failure()).as("%s, seed %d", transport, seed).isNull();
      assertThat(findings.bytes.sum()).isPositive();
      assertThat(findings.gatewayPings.sum()).isPositive();
      assertThat(gateway.metric("holdfast_relays_active")).isZero();
      assertThat(gateway.metric("holdfast_protocol_errors_total")).isZero();
      assertThat(gateway.metric("holdfast_pongs_missed_total")).isZero();
      assertThat(gateway.log().matching("\\b(ERROR|WARN)\\b")).isEmpty();
      assertThat(run.memory.get()).as("resident memory").isLessThan(MEMORY);
      Awaitility.await().untilAsserted(() -> assertThat(gateway.openFiles()).isEqualTo(files));
    }
  }

  private static Duration time() {
    String text = System.getProperty("holdfast.fuzz", "60s");
    assertThat(text).as("holdfast.fuzz").matches("[0-9]+[smh]");
    return Duration.parse("PT" + text).dividedBy(3);
  }

  private static void awaitIdle(GatewayProcess gateway, Findings findings) {
    assertThat(findings.failure()).isNull();
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> findings.idle() && gateway.metric("holdfast_connections_active") == 0);
  }

  /** Connections at random, many at once. */
  private static final class Run {
    private final Site site;
    private final GatewayProcess gateway;
    private final Findings findings;
    private final int plainPort;
    private final int tlsPort;
    private final AtomicLong seed;
    private final AtomicLong memory = new AtomicLong();

    Run(Site site, GatewayProcess gateway, Findings findings, long seed) {
      this.site = site;
      this.gateway = gateway;
      this.findings = findings;
      plainPort = gateway.port(1);
      tlsPort = gateway.port(2);
      this.seed = new AtomicLong(seed);
    }

    void last(Duration time) throws Exception {
      long end = System.nanoTime() + time.toNanos();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        threads.add(Thread.ofVirtual().start(() -> connect(end)));
      }
      while (System.nanoTime() < end && findings.failure() == null) {
        memory.accumulateAndGet(gateway.residentBytes(), Math::max);
        threads.getFirst().join(Duration.ofSeconds(1));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }

    private void connect(long end) {
      while (System.nanoTime() < end && findings.failure() == null) {
        long next = Frames.mix(seed.incrementAndGet());
        if (new SplittableRandom(next).nextInt(8) == 0) {
          for (int i = 0; i < BRIEF_ONES && System.nanoTime() < end; i++) {
            play(Script.brief(Frames.mix(next + i)));
          }
        } else {
          play(Script.of(next));
        }
      }
    }

    private void play(Script script) {
      site.play(script, script.clientTls() ? tlsPort : plainPort);
    }
  }
}
