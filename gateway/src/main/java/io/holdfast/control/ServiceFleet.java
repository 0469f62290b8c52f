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
import io.holdfast.model.Service;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The groups of a service of this gateway, for a deploy.
 *
 * @param file the shares of its groups by the file; when those change, others are of no use
 * @param seen the backends of each group since the begin, whose clients count also when a reload
 *     takes them away, or they are no longer found; grows
 * @param policy of the deploy
 * @param pace of its drains
 */
record ServiceFleet(
    Groups groups,
    Health health,
    String name,
    Map<String, Integer> file,
    ConcurrentMap<String, Set<LiveBackend>> seen,
    DeployPolicy policy,
    Pace pace)
    implements Fleet {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceFleet.class);

  private GroupProbes probes() {
    return new GroupProbes(groups, health, name);
  }

  private Service service() throws DeployFailed {
    return probes().service();
  }

  @Override
  public void start(String group) throws DeployFailed, InterruptedException {
    run("start", group, policy.commands(group).start());
    groups.discover();
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
    LOG.info("deploy: {} group {} of service {}", verb, group, name);
    new ShellCommand(
            "the " + verb + " command of group " + group,
            command,
            Map.of("HOLDFAST_SERVICE", name, "HOLDFAST_GROUP", group),
            policy.timeout().toNanos(),
            line -> LOG.info("deploy: {} group {} of service {}: | {}", verb, group, name, line))
        .run();
  }

  @Override
  public @Nullable String unwell(String group) throws InterruptedException {
    return probes().unwell(group);
  }

  @Override
  public boolean serves(String group) throws InterruptedException {
    return probes().serves(group);
  }

  @Override
  public @Nullable String out(String group) {
    Service service = groups.service(name);
    if (service == null || !groups.fileShares(name).equals(file)) {
      return changed();
    }
    for (LiveBackend live : groups.members(service, group)) {
      // One that was ejected before comes back by clients that try it: those that the step brings.
      if (live.state() != State.UP && live.state() != State.TRIAL) {
        return "backend "
            + live.address()
            + " is "
            + live.state().word()
            + (live.whyState().isEmpty() ? "" : " (" + live.whyState() + ")");
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
      all.addAll(probes().members(group));
    }
    for (int round = 0; round < smoke.rounds(); round++) {
      String wrong = probes().wrong(all, smoke.check(), smoke.timeout());
      if (wrong != null) {
        throw new DeployFailed("smoke test failed: " + wrong);
      }
    }
  }

  @Override
  public void shift(Map<String, Integer> shares, boolean keep, List<String> admitted)
      throws DeployFailed {
    if (!groups.shift(name, file, shares, keep, admitted)) {
      throw new DeployFailed(changed() + ", or the gateway ends");
    }
  }

  private String changed() {
    return "a reload has changed the groups of service " + name + ", or taken it away";
  }

  @Override
  public void admit(String group) throws DeployFailed {
    groups.admit(service(), group);
  }

  @Override
  public Draining drain(String group) throws DeployFailed {
    return draining(groups.drain(service(), group, pace));
  }

  @Override
  public Draining spread(String group) throws DeployFailed {
    return draining(groups.spread(service(), group, pace));
  }

  private static Draining draining(DrainRun run) {
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
  public @Nullable String needed(String group) {
    Service service = groups.service(name);
    if (service != null && serveAlone(service, group)) {
      return "no other group has a share of new clients";
    }
    Map<String, Integer> present = groups.fileShares(name);
    return !present.equals(file) && present.getOrDefault(group, 0) > 0
        ? "a reload has given it a share"
        : null;
  }

  /** Whether nobody but this group gets new clients of a service. */
  private static boolean serveAlone(Service service, String group) {
    Map<String, Integer> shares = service.balance().groups();
    int members = service.members(group).size();
    return shares.isEmpty()
        ? members > 0 && members == service.backends().size()
        : shares.entrySet().stream()
            .allMatch(one -> one.getKey().equals(group) || one.getValue() == 0);
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

  @Override
  public int load(String group) {
    return live(group).stream().mapToInt(LiveBackend::load).sum();
  }

  private Set<LiveBackend> live(String group) {
    Set<LiveBackend> live = seen.computeIfAbsent(group, _ -> ConcurrentHashMap.newKeySet());
    Service service = groups.service(name);
    if (service == null) {
      return live;
    }
    live.addAll(groups.members(service, group));
    Set<LiveBackend> its = new HashSet<>(live);
    // An address that another group has now is that one's.
    service.balance().groups().keySet().stream()
        .filter(other -> !other.equals(group))
        .forEach(other -> its.removeAll(groups.members(service, other)));
    return its;
  }
}
