package io.holdfast.bench;

import io.holdfast.model.HeaderEdits;
import io.holdfast.model.HostPattern;
import io.holdfast.model.Match;
import io.holdfast.model.MessageLimits;
import io.holdfast.model.PathPattern;
import io.holdfast.model.Rewrite;
import io.holdfast.model.Route;
import io.holdfast.route.Lookup;
import io.holdfast.route.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

/** What finding the route of a request costs, by how many there are. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RouteBenchmark {
  private static final int REQUESTS = 1024;

  @Param({"10", "10000"})
  public int routes;

  private final String[] hosts = new String[REQUESTS];
  private final String[] paths = new String[REQUESTS];
  private final Lookup[] queries = new Lookup[REQUESTS];
  private Router router = Router.of(List.of());
  private int next;

  /** A third by host, a third by path, a third by query. */
  @Setup
  public void fill() {
    List<Route> all = new ArrayList<>();
    for (int i = 0; i < routes; i++) {
      all.add(route(i, match(i)));
    }
    router = Router.of(all);
    for (int i = 0; i < REQUESTS; i++) {
      int to = (int) (i * 7919L % routes);
      hosts[i] = to % 3 == 0 ? "t" + to + ".example.com" : "app.example.com";
      paths[i] =
          switch (to % 3) {
            case 0 -> "/ws/chat/general";
            case 1 -> "/tenant-" + to + "/ws";
            default -> "/ws";
          };
      queries[i] = Map.of("tenant", "t" + to)::get;
    }
  }

  private static Match match(int i) {
    List<HostPattern> own = List.of(HostPattern.parse("t" + i + ".example.com"));
    List<HostPattern> shared = List.of(HostPattern.parse("app.example.com"));
    return switch (i % 3) {
      case 0 -> new Match(own, PathPattern.parse("/ws/**"), Map.of(), Map.of());
      case 1 -> new Match(shared, PathPattern.parse("/tenant-" + i + "/**"), Map.of(), Map.of());
      default -> new Match(shared, PathPattern.parse("/ws"), Map.of(), Map.of("tenant", "t" + i));
    };
  }

  private static Route route(int i, Match match) {
    return new Route(
        "r" + i,
        match,
        "chat",
        Rewrite.NONE,
        HeaderEdits.NONE,
        HeaderEdits.NONE,
        MessageLimits.NONE);
  }

  /** One request of many, each to another route. */
  @Benchmark
  public @Nullable Route match() {
    int i = next++ & (REQUESTS - 1);
    return router.match(hosts[i], paths[i], Lookup.NONE, queries[i]);
  }
}
