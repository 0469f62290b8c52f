package io.holdfast.observe;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What counting a relayed message costs, and logging a connection. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MetersBenchmark {
  private static final AccessEntry ENTRY =
      new AccessEntry(
          AccessEntry.Kind.WEBSOCKET,
          "5f3a9c2e71b04d68",
          "5f3a9c2e71b04d68-1",
          Instant.EPOCH,
          "203.0.113.7:51234",
          "0.0.0.0:8443",
          "chat",
          "chat",
          "ws://10.0.0.1:8000",
          "GET",
          "chat.example.com",
          "/ws/chat/general",
          101,
          1_234_567,
          3_600_000_000_000L,
          1,
          0,
          12_345,
          54_321,
          1_234_567,
          7_654_321,
          1000,
          EndedBy.CLIENT,
          "");

  private final Meters meters = new Meters();
  private final Traffic traffic = meters.newTraffic("chat");

  /** A read that brought one message. */
  @Benchmark
  public void message() {
    traffic.fromClient(1, 1, 70);
  }

  /** A relay that begins and ends. */
  @Benchmark
  public void relay() {
    meters.relayOpened("chat");
    meters.relayEnded("chat", EndedBy.CLIENT, 1000, false, 3_600_000_000_000L);
  }

  /** A line of text, on the log's own thread. */
  @Benchmark
  public byte[] accessText() {
    return AccessFormats.text(ENTRY);
  }

  /** A line of JSON, on the log's own thread. */
  @Benchmark
  public byte[] accessJson() {
    return AccessFormats.json(ENTRY);
  }
}
