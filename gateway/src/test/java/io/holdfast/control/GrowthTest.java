package io.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.holdfast.balance.LiveBackends;
import io.holdfast.config.ConfigLoader;
import io.holdfast.config.LoadedConfig;
import io.holdfast.listen.Routing;
import io.holdfast.model.Route;
import io.holdfast.model.Snapshot;
import io.holdfast.route.Lookup;
import io.holdfast.route.Router;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ten thousand routes and a thousand backends. Times are CPU times of this thread, and bounds have
 * room for slow machines and cold code: they are there to find what grows faster than the file.
 */
final class GrowthTest {
  private static final int ROUTES = 10_000;
  private static final int BACKENDS = 1_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir private Path folder;

  /** Half of the routes have a host of their own, half share one and differ in path. */
  private static String file(int routes, int services, String balance) {
    StringBuilder text = new StringBuilder("listeners: [{ bind: 127.0.0.1:0 }]\nroutes:\n");
    for (int i = 0; i < routes; i++) {
      String match =
          i % 2 == 0
              ? "hosts: [t%d.example.com], path: /ws/**".formatted(i)
              : "hosts: [app.example.com], path: /tenant-%d/**".formatted(i);
      text.append(
          "  - { name: r%d, match: { %s }, service: s%d }\n".formatted(i, match, i % services));
    }
    text.append("services:\n");
    for (int i = 0; i < services; i++) {
      text.append("  s%d:\n    balance: %s\n    backends:\n".formatted(i, balance));
      for (int j = i; j < BACKENDS; j += services) {
        text.append("      - ws://10.0.%d.%d:8000\n".formatted(j / 250, j % 250));
      }
    }
    return text.toString();
  }

  /** What a reload does, but for listeners and log. */
  private static Routing reload(Compiler compiler, Routing before, Path file) throws Exception {
    LoadedConfig loaded = ConfigLoader.load(file, Map.of());
    Routing after = compiler.compile(loaded.snapshot(), before);
    assertThat(Plan.between(before.snapshot(), after.snapshot())).isNotNull();
    return after;
  }

  @ParameterizedTest(name = "{0} services")
  @CsvSource({"1", "100", "1000"})
  void aReloadOfManyRoutesIsShort(int services) throws Exception {
    Path file = folder.resolve("holdfast.yaml");
    Files.writeString(file, file(ROUTES, services, "random"));
    Compiler compiler = new Compiler(new LiveBackends(), "secret");
    Snapshot first = ConfigLoader.load(file, Map.of()).snapshot();
    Routing routing = compiler.compile(first, null);

    long start = THREADS.getCurrentThreadCpuTime();
    Routing same = reload(compiler, routing, file);
    long unchanged = THREADS.getCurrentThreadCpuTime();
    Files.writeString(file, file(ROUTES, services, "round_robin"));
    Routing other = reload(compiler, same, file);
    long changed = THREADS.getCurrentThreadCpuTime();

    assertThat(same.targets()).hasSize(ROUTES);
    assertThat(other.targets()).hasSize(ROUTES);
    assertThat(balancer(same)).isSameAs(balancer(routing));
    assertThat(balancer(other)).isNotSameAs(balancer(routing));
    assertThat((unchanged - start) / 1e9).as("seconds, unchanged").isLessThan(10);
    assertThat((changed - unchanged) / 1e9).as("seconds, changed").isLessThan(10);
  }

  private static Object balancer(Routing routing) {
    return Objects.requireNonNull(routing.targets().get("r0")).balancer();
  }

  /**
   * Of many routes at most a few are compared: a lookup among them may take ten times what it takes
   * among ten, where comparing with each would take a thousand times as long.
   */
  @Test
  void aLookupHardlyGrowsWithTheRoutes() throws Exception {
    Router few = router(10);
    Router many = router(ROUTES);
    double ratio = Double.MAX_VALUE;
    // The best of some: whatever else the machine does only ever adds.
    for (int i = 0; i < 10; i++) {
      ratio = Math.min(ratio, lookups(many, ROUTES) / (double) lookups(few, 10));
    }
    assertThat(ratio).isLessThan(10);
  }

  private Router router(int routes) throws Exception {
    Path file = folder.resolve("holdfast.yaml");
    Files.writeString(file, file(routes, 10, "random"));
    List<Route> all = ConfigLoader.load(file, Map.of()).snapshot().routes();
    return Router.of(all);
  }

  /** CPU time of many lookups, each of which finds the route that it must. */
  private static long lookups(Router router, int routes) {
    String[] hosts = new String[256];
    String[] paths = new String[256];
    @Nullable Route[] found = new @Nullable Route[256];
    for (int i = 0; i < 256; i++) {
      int route = (int) ((long) i * 7919 % routes);
      hosts[i] = route % 2 == 0 ? "t" + route + ".example.com" : "app.example.com";
      paths[i] = route % 2 == 0 ? "/ws/room" : "/tenant-" + route + "/ws";
    }
    long start = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < 256 * 200; i++) {
      found[i & 255] = router.match(hosts[i & 255], paths[i & 255], Lookup.NONE, Lookup.NONE);
    }
    long time = THREADS.getCurrentThreadCpuTime() - start;
    for (int i = 0; i < 256; i++) {
      int route = (int) ((long) i * 7919 % routes);
      assertThat(Objects.requireNonNull(found[i]).name()).isEqualTo("r" + route);
    }
    return time;
  }
}
