package io.holdfast.lifecycle.deploy;

import io.holdfast.lifecycle.Progress;
import java.time.Duration;
import java.util.Locale;

/**
 * Takes a group's clients away, and stops it when it has none: the old one, or the new one back.
 */
record Emptying(DeployPlan plan, Fleet fleet, Deploy.Listener listener) {
  private static final long LOOK_MILLIS = 100;

  /** Relays that were ended a moment ago still answer their Close. */
  private static final Duration LAST_CLOSES = Duration.ofSeconds(5);

  /** Is asked, often, whether to go on. */
  @FunctionalInterface
  interface Look {
    void look() throws DeployFailed;
  }

  /** Drains a group to the end; whatever comes between stops the drain. */
  void drain(String group, Look look) throws DeployFailed, InterruptedException {
    await(group, fleet.drain(group), look);
  }

  /** Takes from a group what it has above its share. */
  void spread(String group) throws DeployFailed, InterruptedException {
    await(group, fleet.spread(group), () -> {});
  }

  private void await(String group, Fleet.Draining draining, Look look)
      throws DeployFailed, InterruptedException {
    try {
      while (draining.now().state() == Progress.State.RUNNING) {
        look.look();
        tell(group, draining.now());
        Thread.sleep(LOOK_MILLIS);
      }
    } finally {
      if (draining.now().state() == Progress.State.RUNNING) {
        draining.stop();
      }
    }
    sum(group, draining.now());
  }

  private void tell(String group, Progress.Now now) {
    listener.onDetail(
        String.format(
            Locale.ROOT,
            "%d of %d relays to go at group %s, %.0f s%s",
            now.toGo(),
            now.found(),
            group,
            now.timeToGo().toMillis() / 1e3,
            now.failuresInWords()));
  }

  private void sum(String group, Progress.Now now) throws DeployFailed {
    if (now.state() != Progress.State.DONE) {
      String out = fleet.out(plan.group());
      throw new DeployFailed(
          "the drain of group " + group + " was stopped" + (out == null ? "" : ": " + out));
    }
    listener.onNews(
        String.format(
            Locale.ROOT,
            "group %s: %d relays moved, %d ended, %d gone meanwhile, %d left%s",
            group,
            now.moved(),
            now.ended(),
            now.gone(),
            now.left(),
            now.failuresInWords()));
  }

  /**
   * Runs a group's stop command, if it has one, once nobody is left there.
   *
   * @throws DeployFailed when somebody is still there after the drain's deadline once more; when a
   *     reload has given the group clients again; or when the command fails
   */
  void stop(String group) throws DeployFailed, InterruptedException {
    if (plan.policy().commands(group).stop() == null) {
      return;
    }
    Duration most = plan.pace().deadline();
    long wait = (most.compareTo(LAST_CLOSES) > 0 ? most : LAST_CLOSES).toNanos();
    long start = System.nanoTime();
    int left = load(group);
    while (left > 0) {
      String has = "it still has " + left + " relays, handshakes or requests";
      if (System.nanoTime() - start >= wait) {
        throw new DeployFailed("group " + group + " is not stopped: " + has);
      }
      listener.onDetail("waits for group " + group + ": " + has);
      Thread.sleep(LOOK_MILLIS);
      left = load(group);
    }
    fleet.stop(group);
  }

  /** Who is left of those that are to go. */
  private int load(String group) throws DeployFailed {
    String needed = fleet.needed(group);
    if (needed != null) {
      throw new DeployFailed("group " + group + " is not stopped: " + needed);
    }
    return fleet.load(group);
  }
}
