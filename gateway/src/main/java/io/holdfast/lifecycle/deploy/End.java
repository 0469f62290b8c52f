package io.holdfast.lifecycle.deploy;

import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last part of a deploy, forth or back. What fails in it keeps nothing else from being done.
 */
record End(DeployPlan plan, Fleet fleet, Deploy.Listener listener, Emptying emptying) {
  private static final Logger LOG = LoggerFactory.getLogger(End.class);

  /** How often the others are asked whether they serve: one probe may be lost. */
  private static final int ASKED = 3;

  private static final long BETWEEN_MILLIS = 500;

  /** Part of new clients that one may keep, so that the others have some when they are well. */
  private static final double MOST_ALONE = 0.5;

  /** Something that is done. */
  private interface Part {
    void run() throws DeployFailed, InterruptedException;
  }

  /** Stops those that have no clients any more. */
  void stopOthers() throws InterruptedException {
    for (String other : plan.others()) {
      tryTo(() -> emptying.stop(other));
    }
  }

  /**
   * Takes everything back; but where nobody would serve then, the new group keeps its clients.
   *
   * @param drained those of the others that may have clients again
   * @param served whether the new group may have got any
   */
  void back(List<String> drained, boolean served) throws InterruptedException {
    String group = plan.group();
    boolean isNew = plan.before().getOrDefault(group, 0) == 0;
    boolean alone = served && servesAlone();
    // The least that has it serve, so that the others have most when they are well again.
    double least = Math.min(plan.policy().steps().getFirst(), MOST_ALONE);
    Map<String, Integer> shares = alone && isNew ? plan.shares(least) : plan.before();
    tryTo(() -> fleet.shift(shares, true, drained));
    // Those of a shift that failed.
    for (String other : drained) {
      tryTo(() -> fleet.admit(other));
    }
    if (alone) {
      listener.onNews("group " + group + " keeps its clients: no backend of another group answers");
    } else if (isNew) {
      tryTo(this::takeAll);
    } else if (!drained.isEmpty()) {
      tryTo(() -> emptying.spread(group));
    }
  }

  /** Whether the new group answers, and no other does, though it is asked more than once. */
  private boolean servesAlone() throws InterruptedException {
    try {
      boolean alone = fleet.serves(plan.group());
      for (int i = 0; i < ASKED && alone; i++) {
        if (i > 0) {
          Thread.sleep(BETWEEN_MILLIS);
        }
        alone = !othersServe();
      }
      return alone;
    } catch (RuntimeException e) {
      LOG.error("deploy of group {}: the others could not be asked", plan.group(), e);
      return false;
    }
  }

  private boolean othersServe() throws InterruptedException {
    for (String other : plan.others()) {
      if (plan.before().getOrDefault(other, 0) > 0 && fleet.serves(other)) {
        return true;
      }
    }
    return false;
  }

  /** The shares may not be those of before: somebody may have changed the file meanwhile. */
  private void takeAll() throws DeployFailed, InterruptedException {
    String group = plan.group();
    String needed = fleet.needed(group);
    if (needed != null) {
      throw new DeployFailed("group " + group + " is neither drained nor stopped: " + needed);
    }
    tryTo(() -> emptying.drain(group, () -> {}));
    emptying.stop(group);
  }

  private void tryTo(Part part) throws InterruptedException {
    try {
      part.run();
    } catch (DeployFailed e) {
      listener.onNews(e.why());
    } catch (RuntimeException e) {
      LOG.error("deploy of group {}: a part of its end failed", plan.group(), e);
      listener.onNews(unexpected(e));
    }
  }

  /** What people are told of a fault of ours. */
  static String unexpected(RuntimeException fault) {
    return "it failed for a reason that the gateway's log tells: " + fault;
  }
}
