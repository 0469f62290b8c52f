package io.holdfast.control;

import io.holdfast.balance.LiveBackends;
import io.holdfast.control.Plan.Step;
import io.holdfast.listen.Routing;
import io.holdfast.model.Snapshot;
import java.util.function.Consumer;

/**
 * Puts one configuration in the place of another, but for its listeners: new clients go by it, and
 * the relays of what has left it drain. For one thread at a time.
 *
 * @param onApplied called with each snapshot that comes into force
 */
record Changeover(
    LiveBackends live,
    InForce present,
    Overrides overrides,
    Drains drains,
    Reactions reactions,
    Consumer<Snapshot> onApplied) {

  /**
   * Puts {@code next} into force. Cannot fail.
   *
   * @param plan what it changes
   */
  void to(InForce.Next next, Plan plan) {
    Routing before = present.routing();
    Routing after = next.routing();
    present.put(next);
    overrides.apply(after.snapshot());
    drains.stopWhatIsIn(after.snapshot());
    reactions.added(before, after);
    for (Step.DropBackend step : plan.all(Step.DropBackend.class)) {
      drains.start(
          new Gone(Gone.Cause.REMOVED, step.service().name(), step.address()), step.service());
    }
    for (Step.DropRoute step : plan.all(Step.DropRoute.class)) {
      drains.start(
          new Gone(Gone.Cause.ROUTE, step.service().name(), step.route().name()), step.service());
    }
    live.forgetAllBut(after.snapshot().services().values());
    onApplied.accept(after.snapshot());
  }
}
