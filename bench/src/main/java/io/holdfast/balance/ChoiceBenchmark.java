package io.holdfast.balance;

import io.holdfast.model.Backend;
import io.holdfast.model.Balance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to choose a backend. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ChoiceBenchmark {
  @Param public Balance balance = Balance.ROUND_ROBIN;

  /** How many backends the service has. */
  @Param({"10", "100", "1000"})
  public int backends;

  /** Whether every second one weighs more. */
  @Param({"true", "false"})
  public boolean even;

  private long key;
  private Algorithm algorithm = (_, _, _) -> null;

  /** Makes backends with some load each. */
  @Setup
  public void fill() {
    LiveBackends live = new LiveBackends();
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < backends; i++) {
      Backend backend =
          new Backend(
              false, "10.0." + i / 250 + "." + i % 250, 8000, "", even || i % 2 == 0 ? 1 : 3, null);
      LiveBackend at = live.of("chat", backend);
      at.slot().add(i % 7);
      candidates.add(new Candidate(at, backend));
    }
    algorithm = Algorithm.of(balance, new Candidates(candidates, Duration.ZERO));
  }

  /** The choice alone, as at a first try. */
  @Benchmark
  public @Nullable Object choose() {
    return algorithm.choose(Set.of(), Lease.Kind.RELAY, key += 0x9E3779B97F4A7C15L);
  }
}
