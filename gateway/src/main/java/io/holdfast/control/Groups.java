package io.holdfast.control;

import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.LiveBackends;
import io.holdfast.lifecycle.Pace;
import io.holdfast.lifecycle.deploy.DeployFailed;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import io.holdfast.upstream.Upstream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The groups of services, as deploys see and change them. Thread-safe; blocks. */
final class Groups {
  private final ChangeLock changes;
  private final InForce present;
  private final Overrides overrides;
  private final Drains drains;
  private final LiveBackends live;
  private final DiscoveryWatch discovery;
  private final Consumer<Snapshot> onApplied;

  /**
   * The groups of what is in force.
   *
   * @param onApplied called when shares have changed
   */
  Groups(
      ChangeLock changes,
      InForce present,
      Overrides overrides,
      Drains drains,
      LiveBackends live,
      DiscoveryWatch discovery,
      Consumer<Snapshot> onApplied) {
    this.changes = changes;
    this.present = present;
    this.overrides = overrides;
    this.drains = drains;
    this.live = live;
    this.discovery = discovery;
    this.onApplied = onApplied;
  }

  /** A service as it is now; null when there is none of that name. */
  @Nullable Service service(String name) {
    return present.service(name);
  }

  /** How a service's backends are connected to; null when no route leads to it. */
  @Nullable Upstream upstream(String service) {
    return present.upstream(service);
  }

  /** The live state of a group's backends. */
  List<LiveBackend> members(Service service, String group) {
    return live.of(service, group);
  }

  /** The same of all groups of a service; none when there is no such service. */
  ConcurrentMap<String, Set<LiveBackend>> members(String service) {
    Service of = present.service(service);
    ConcurrentMap<String, Set<LiveBackend>> members = new ConcurrentHashMap<>();
    if (of != null) {
      for (String group : of.balance().groups().keySet()) {
        Set<LiveBackend> its = ConcurrentHashMap.newKeySet();
        its.addAll(live.of(of, group));
        members.put(group, its);
      }
    }
    return members;
  }

  /** Looks up the names of backends now: some have been started. */
  void discover() throws InterruptedException {
    discovery.look();
  }

  /** The shares of a service's groups by the file; none when there is no such service. */
  Map<String, Integer> fileShares(String service) {
    try (ChangeLock.Turn _ = changes.take()) {
      return present.fileShares(service);
    }
  }

  /**
   * Gives the groups of a service other shares of new clients than the file does.
   *
   * @param file the shares that the file must have, for others hold then
   * @param keep whether that outlives this process
   * @return false when there is no such service, the file has other shares, or the gateway ends
   */
  boolean shift(String service, Map<String, Integer> file, Map<String, Integer> to, boolean keep) {
    return shift(service, file, to, keep, List.of());
  }

  /** The same, and in the same moment these groups may take clients again that were drained. */
  boolean shift(
      String service,
      Map<String, Integer> file,
      Map<String, Integer> to,
      boolean keep,
      List<String> admitted) {
    try (ChangeLock.Turn _ = changes.take()) {
      Service of = present.service(service);
      if (changes.over() || of == null) {
        return false;
      }
      Runnable first = () -> admitted.forEach(group -> overrides.takeBack(of, group));
      if (!present.shift(service, file, to, keep, first)) {
        return false;
      }
      if (!admitted.isEmpty()) {
        overrides.keep();
      }
      onApplied.accept(present.snapshot());
      return true;
    }
  }

  /** Begins to drain a group, which takes no clients until {@link #admit}. */
  DrainRun drain(Service service, String group, Pace pace) throws DeployFailed {
    try (ChangeLock.Turn _ = changes.take()) {
      checkNotOver();
      return overrides.drain(now(service), group, pace);
    }
  }

  /** Begins to take from a group what it has above its share, as it is in force. */
  DrainRun spread(Service service, String group, Pace pace) throws DeployFailed {
    try (ChangeLock.Turn _ = changes.take()) {
      checkNotOver();
      return drains.spread(now(service), group, pace);
    }
  }

  /** Lets a group take clients again that was drained. */
  void admit(Service service, String group) throws DeployFailed {
    try (ChangeLock.Turn _ = changes.take()) {
      checkNotOver();
      overrides.admit(now(service), group);
    }
  }

  /**
   * Has those who had the clients before a deploy take them again, unless the file has given its
   * groups other shares since. To be called before anybody is told of what is in force.
   */
  void readmit(DeployStatus left) {
    try (ChangeLock.Turn _ = changes.take()) {
      Service service = present.service(left.service());
      if (service != null) {
        Map<String, Integer> file = left.file();
        present.shift(
            service.name(),
            file == null ? present.fileShares(service.name()) : file,
            left.before(),
            true,
            () -> {});
        left.others().forEach(other -> overrides.admit(service, other));
      }
    }
  }

  /** As it is in the turn: backends come and go. */
  private Service now(Service service) throws DeployFailed {
    Service now = present.service(service.name());
    if (now == null) {
      throw new DeployFailed("service " + service.name() + " is not configured any more");
    }
    return now;
  }

  /** What ends is left as it is; the next process takes the deploy up. */
  private void checkNotOver() throws DeployFailed {
    if (changes.over()) {
      throw new DeployFailed("the gateway ends");
    }
  }
}
