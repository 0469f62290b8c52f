package io.holdfast.balance;

import io.holdfast.model.Backend;
import io.holdfast.model.CookieAffinity;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the affinity cookie costs a handshake. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CookieBenchmark {
  private final AffinityCookie cookie =
      new AffinityCookie(
          "chat", CookieAffinity.of("HOLDFAST", Duration.ofDays(1), null), "a secret");
  private final LiveBackend backend =
      new LiveBackends().of("chat", new Backend(false, "10.0.0.1", 8000, "", 1, null));
  private final String value = value(cookie.issue(backend, true).getFirst());

  private static String value(String setCookie) {
    return setCookie.substring(setCookie.indexOf('=') + 1, setCookie.indexOf(';'));
  }

  /** A client comes back. */
  @Benchmark
  public @Nullable Object read() {
    return cookie.read(value);
  }

  /** A client is new. */
  @Benchmark
  public String write() {
    return cookie.issue(backend, true).getFirst();
  }
}
