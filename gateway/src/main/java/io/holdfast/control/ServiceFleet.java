package io.holdfast.control;

import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.State;
import io.holdfast.balance.Tally;
import io.holdfast.health.Health;
import io.holdfast.lifecycle.Pace;
import io.holdfast.lifecycle.Progress;
import io.holdfast.lifecycle.deploy.DeployFailed;
import io.holdfast.lifecycle.deploy.Fleet;
import io.holdfast.model.Backend;
import io.holdfast.model.DeployPolicy;
import io.holdfast.model.Probe;
import io.holdfast.model.Service;
import io.holdfast.upstream.Upstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The groups of a service of this gateway, for a deploy.
 *
 * @param file the shares of its groups by the file; when those change, others are of no use
 * @param policy of the deploy
 * @param pace of its drains
 */
record ServiceFleet(
    Control control,
    Health health,
    String name,
    Map<String, Integer> file,
    DeployPolicy policy,
    Pace pace)
    implements Fleet {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceFleet.class);

  /** For one look at a backend without probes of its own. */
  private static final Duration CONNECT = Duration.ofSeconds(2);

  private Service service() throws DeployFailed {
    Service service = control.service(name);
    if (service == null) {
      throw new DeployFailed("service " + name + " is not configured any more");
    }
    return service;
  }

  private List<Backend> members(String group) throws DeployFailed {
    List<Backend> members = service().members(group);
    if (members.isEmpty()) {
      throw new DeployFailed("group " + group + " is not configured any more");
    }
    return members;
  }

  @Override
  public void start(String group) throws DeployFailed, InterruptedException {
    run("start", group, policy.commands(group).start());
  }

  @Override
  public void stop(String group) throws DeployFailed, InterruptedException {
    run("stop", group, policy.commands(group).stop());
  }

  private void run(String verb, String group, @Nullable String command)
      throws DeployFailed, InterruptedException {
    if (command == null) {
      return;
    }
    LOG.info("deploy: {} group {} of service {}: {}", verb, group, name, command);
    new ShellCommand(
            command,
            Map.of("HOLDFAST_SERVICE", name, "HOLDFAST_GROUP", group),
            policy.timeout().toNanos(),
            line -> LOG.info("deploy: {} group {} of service {}: | {}", verb, group, name, line))
        .run();
  }

  @Override
  public @Nullable String unwell(String group) throws InterruptedException {
    try {
      Probe probe = service().probe();
      Probe.Check check = probe == null ? new Probe.Tcp() : probe.check();
      Duration timeout = probe == null ? CONNECT : probe.timeout();
      for (LiveBackend live : control.members(service(), group)) {
        if (live.standing().failing()) {
          return "backend " + live.address() + " fails its probes";
        }
      }
      return ask(members(group), check, timeout);
    } catch (DeployFailed e) {
      return e.why();
    }
  }

  /** Asks all at once; what is wrong with the first that is not well. */
  private @Nullable String ask(List<Backend> backends, Probe.Check check, Duration timeout)
      throws DeployFailed, InterruptedException {
    Upstream upstream = control.upstream(name);
    if (upstream == null) {
      throw new DeployFailed("no route leads to service " + name + " any more");
    }
    List<CompletableFuture<@Nullable String>> answers = new ArrayList<>();
    for (Backend backend : backends) {
      answers.add(
          health
              .ask(upstream, backend, check, timeout)
              .thenApply(why -> why == null ? null : "backend " + backend.address() + ": " + why));
    }
    String wrong = null;
    for (CompletableFuture<@Nullable String> answer : answers) {
      try {
        String its = answer.get();
        wrong = wrong == null ? its : wrong;
      } catch (ExecutionException e) {
        throw new IllegalStateException("a probe failed", e.getCause());
      }
    }
    return wrong;
  }

  @Override
  public @Nullable String out(String group) {
    Service service = control.service(name);
    if (service == null || !control.fileShares(name).equals(file)) {
      return changed();
    }
    for (LiveBackend live : control.members(service, group)) {
      if (live.state() != State.UP) {
        return "backend " + live.address() + " is " + live.state().word();
      }
    }
    return null;
  }

  @Override
  public void smoke(String group) throws DeployFailed, InterruptedException {
    DeployPolicy.Smoke smoke = policy.smoke();
    if (smoke == null) {
      return;
    }
    List<Backend> all = new ArrayList<>();
    for (int i = 0; i < smoke.connections(); i++) {
      all.addAll(members(group));
    }
    for (int round = 0; round < smoke.rounds(); round++) {
      String wrong = ask(all, smoke.check(), smoke.timeout());
      if (wrong != null) {
        throw new DeployFailed("smoke test failed: " + wrong);
      }
    }
  }

  @Override
  public void shift(Map<String, Integer> shares, boolean keep) throws DeployFailed {
    if (!control.shift(name, file, shares, keep)) {
      throw new DeployFailed(changed());
    }
  }

  private String changed() {
    return "a reload has changed the groups of service " + name + ", or taken it away";
  }

  @Override
  public void admit(String group) throws DeployFailed {
    control.admit(service(), group);
  }

  @Override
  public Draining drain(String group) throws DeployFailed {
    DrainRun run = control.drain(service(), group, pace);
    return new Draining() {
      @Override
      public Progress.Now now() {
        return run.now();
      }

      @Override
      public void stop() {
        run.stop();
      }
    };
  }

  @Override
  public Tally.Counts tally(String group) {
    return live(group).stream()
        .map(live -> live.tally().counts())
        .reduce(Tally.Counts.NONE, Tally.Counts::plus);
  }

  @Override
  public int relays(String group) {
    return live(group).stream().mapToInt(LiveBackend::relays).sum();
  }

  private List<LiveBackend> live(String group) {
    Service service = control.service(name);
    return service == null ? List.of() : control.members(service, group);
  }
}
