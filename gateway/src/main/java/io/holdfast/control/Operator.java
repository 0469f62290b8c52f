package io.holdfast.control;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.LiveBackends;
import io.holdfast.balance.Standing;
import io.holdfast.lifecycle.Pace;
import io.holdfast.model.Service;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What operators have done to backends, groups and services. Thread-safe; blocks. */
public final class Operator {
  private final ChangeLock changes;
  private final InForce present;
  private final Overrides overrides;
  private final Reactions reactions;
  private final Drains drains;
  private final LiveBackends live;

  /** An operator of what is in force. */
  Operator(
      ChangeLock changes,
      InForce present,
      Overrides overrides,
      Reactions reactions,
      Drains drains,
      LiveBackends live) {
    this.changes = changes;
    this.present = present;
    this.overrides = overrides;
    this.reactions = reactions;
    this.drains = drains;
    this.live = live;
  }

  /**
   * Says something of a backend, until it is cleared.
   *
   * @param backend its address, or host and port
   * @param service null for all that have it
   * @param pace of a drain; null for the service's own
   */
  public OverrideOutcome override(
      String backend, @Nullable String service, Standing.Word word, @Nullable Pace pace) {
    try (ChangeLock.Turn _ = changes.take()) {
      List<LiveBackend> said = overrides.set(present.snapshot(), backend, service, word, pace);
      List<String> warnings = new ArrayList<>();
      for (LiveBackend one : said) {
        Service of = present.service(one.service());
        if (of != null && word == Standing.Word.DRAIN) {
          warn(Gone.drained(one.service(), one.address()), of, pace, one.relays(), warnings);
        }
      }
      said.stream().map(LiveBackend::service).distinct().forEach(s -> warnOfNobody(s, warnings));
      return OverrideOutcome.of(said, warnings);
    }
  }

  private void warnOfNobody(String service, List<String> warnings) {
    Balancer balancer = present.balancer(service);
    if (balancer != null && balancer.takers().stream().noneMatch(LiveBackend::takesWork)) {
      warnings.add("service " + service + ": no backend is left that takes new clients");
    }
  }

  /** Tells of a drain whose rate does not reach all by its deadline. */
  private static void warn(
      Gone gone, Service of, @Nullable Pace asked, int relays, List<String> warnings) {
    Pace pace = asked == null ? Pace.of(of.drain()) : asked;
    String warning = pace.warning(relays);
    if (warning != null) {
      warnings.add(gone.what() + ": " + warning);
    }
  }

  /**
   * Says something of all backends of a group, until it is cleared; a drain takes them together.
   *
   * @param pace of a drain; null for the service's own
   */
  public OverrideOutcome overrideGroup(
      String service, String group, Standing.Word word, @Nullable Pace pace) {
    try (ChangeLock.Turn _ = changes.take()) {
      Service of = present.service(service);
      if (of == null || of.members(group).isEmpty()) {
        return new OverrideOutcome(List.of(), List.of());
      }
      List<LiveBackend> said = live.of(of, group);
      List<String> warnings = new ArrayList<>();
      if (word == Standing.Word.DRAIN) {
        int relays = said.stream().mapToInt(LiveBackend::relays).sum();
        warn(Gone.group(service, group), of, pace, relays, warnings);
      }
      overrides.set(of, group, word, pace == null ? Pace.of(of.drain()) : pace);
      warnOfNobody(service, warnings);
      return OverrideOutcome.of(said, warnings);
    }
  }

  /**
   * Spreads a service's relays anew, at a pace.
   *
   * @param rate relays a second; null for the service's own
   * @return whether there is such a service, and its backends are not chosen by keys
   */
  public boolean rebalance(String service, @Nullable Double rate) {
    try (ChangeLock.Turn _ = changes.take()) {
      Balancer balancer = present.balancer(service);
      if (balancer == null || balancer.shares().isEmpty()) {
        return false;
      }
      reactions.rebalance(balancer.service(), rate);
      return true;
    }
  }

  /**
   * Stops a rebalancing where it stands.
   *
   * @return whether one ran
   */
  public boolean stopRebalance(String service) {
    return drains.stop(Gone.surplus(service));
  }

  /** Drains that run, and the last that have ended, oldest first. */
  public List<DrainStatus> drains() {
    return drains.status();
  }
}
