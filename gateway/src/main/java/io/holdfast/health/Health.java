package io.holdfast.health;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.LiveBackend;
import io.holdfast.model.Backend;
import io.holdfast.model.LoadReports;
import io.holdfast.model.Probe;
import io.holdfast.model.Service;
import io.holdfast.observe.Meters;
import io.holdfast.upstream.Connector;
import io.holdfast.upstream.Dialer;
import io.holdfast.upstream.HttpPool;
import io.holdfast.upstream.Upstream;
import io.netty.channel.EventLoop;
import io.netty.channel.group.DefaultChannelGroup;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Probes the backends of all services, and asks for the reports of those that go by them, from one
 * event loop. Thread-safe.
 */
public final class Health implements AutoCloseable {
  /** How long probes may take to end that are under way when it stops. */
  private static final long PATIENCE_MILLIS = 1000;

  private final Prober prober;
  private final Meters meters;

  /** Used by the loop's thread alone. */
  private Map<LiveBackend, Probing> probings = new HashMap<>();

  /** By service. Used by the loop's thread alone. */
  private Map<String, Reporting> reportings = new HashMap<>();

  /**
   * A service whose backends are probed, if it says so.
   *
   * @param balancer its backends
   * @param upstream how they are connected to
   */
  public record Watched(Balancer balancer, Upstream upstream) {}

  /** Watches nobody yet. */
  public Health(EventLoop loop, Dialer dialer, Meters meters) {
    this.meters = meters;
    prober =
        new Prober(
            loop, new Connector(loop, new HttpPool(), dialer), new DefaultChannelGroup(loop));
  }

  /** Probes the backends of these services from now on, and no others. */
  public void watch(Collection<Watched> services) {
    List<Watched> all = List.copyOf(services);
    prober
        .loop()
        .execute(() -> {
          change(all);
          changeReportings(all);
        });
  }

  /**
   * Asks a backend once, apart from what is asked by and by.
   *
   * @return null when it is well, else what went wrong in a few words
   */
  public CompletableFuture<@Nullable String> ask(
      Upstream upstream, Backend backend, Probe.Check check, Duration timeout) {
    CompletableFuture<@Nullable String> result = new CompletableFuture<>();
    ProbeRun run =
        new ProbeRun(
            prober,
            upstream,
            backend,
            timeout,
            (asking, connection) -> Probing.ask(check, asking, connection),
            result::complete);
    prober.loop().execute(run::start);
    return result;
  }

  /** Probes nobody any more. Returns when no connection of it is left, which is soon. */
  @Override
  public void close() {
    if (prober.loop().isShuttingDown()) {
      return;
    }
    // In the loop, so that none is opened behind it.
    prober
        .loop()
        .submit(() -> {
          probings.values().forEach(Probing::stop);
          probings.clear();
          reportings.values().forEach(Reporting::stop);
          reportings.clear();
        })
        .awaitUninterruptibly(PATIENCE_MILLIS);
    prober.open().newCloseFuture().awaitUninterruptibly(PATIENCE_MILLIS);
  }

  private void change(List<Watched> services) {
    Map<LiveBackend, Probing> before = probings;
    probings = new HashMap<>();
    for (Watched watched : services) {
      Probe policy = watched.balancer.service().probe();
      if (policy != null) {
        watched.balancer.forEach((live, backend) ->
            probings.put(live, probing(before.remove(live), live, backend, watched, policy)));
      }
    }
    before.forEach((live, probing) -> {
      probing.stop();
      live.change(standing -> standing.withFailing(false), "not probed any more");
    });
  }

  private void changeReportings(List<Watched> services) {
    Map<String, Reporting> before = reportings;
    reportings = new HashMap<>();
    for (Watched watched : services) {
      Service service = watched.balancer().service();
      LoadReports policy = service.balance().reports();
      Reporting was = before.remove(service.name());
      if (policy != null && was != null && was.asks(watched)) {
        reportings.put(service.name(), was);
        continue;
      }
      // It takes back what it has corrected before another one corrects.
      if (was != null) {
        was.stop();
      }
      if (policy != null) {
        Reporting reporting = new Reporting(prober, meters, watched, policy);
        reportings.put(service.name(), reporting);
        reporting.start(was);
      }
    }
    before.values().forEach(Reporting::stop);
  }

  private Probing probing(
      @Nullable Probing before, LiveBackend live, Backend backend, Watched watched, Probe policy) {
    if (before != null && before.asks(backend, watched.upstream, policy)) {
      return before;
    }
    if (before != null) {
      before.stop();
    }
    Probing probing = new Probing(prober, live, backend, watched.upstream, policy);
    probing.start(before);
    return probing;
  }
}
