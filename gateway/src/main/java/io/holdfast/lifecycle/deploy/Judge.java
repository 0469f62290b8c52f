package io.holdfast.lifecycle.deploy;

import io.holdfast.balance.Tally;
import java.util.List;

/** Says whether the new group may go on having clients. */
final class Judge {
  private final DeployPlan plan;
  private final Fleet fleet;
  private final Deploy.Listener listener;
  private final Tally.Counts othersBefore;

  /** Compares with what the others do from now on. */
  Judge(DeployPlan plan, Fleet fleet, Deploy.Listener listener) {
    this.plan = plan;
    this.fleet = fleet;
    this.listener = listener;
    this.othersBefore = others();
  }

  /** What the new group has done until now; what it does in a step is what comes after. */
  Tally.Counts now() {
    return fleet.tally(plan.group());
  }

  /**
   * Fails when the group is worse than the others, as far as that can be said.
   *
   * @param before the step
   * @return whether that can be said
   */
  boolean look(Tally.Counts before) throws DeployFailed {
    String out = fleet.out(plan.group());
    if (out != null) {
      throw new DeployFailed(out);
    }
    List<String> others = plan.others();
    Comparison seen =
        new Comparison(
            now().minus(before),
            fleet.relays(plan.group()),
            others().minus(othersBefore),
            others.stream().mapToInt(fleet::relays).sum());
    int least = plan.policy().verify().minSamples();
    listener.onDetail(
        seen.own().handshakes()
            + (least > seen.own().handshakes()
                ? " handshakes, and waits for " + least
                : " handshakes"));
    if (!seen.judges(plan.policy().verify())) {
      return false;
    }
    String worse = seen.worse(plan.policy().verify());
    if (worse != null) {
      throw new DeployFailed("group " + plan.group() + " does worse: " + worse);
    }
    return true;
  }

  private Tally.Counts others() {
    return plan.others().stream().map(fleet::tally).reduce(Tally.Counts.NONE, Tally.Counts::plus);
  }
}
