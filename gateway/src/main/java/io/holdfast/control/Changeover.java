package io.holdfast.control;

import io.holdfast.balance.LiveBackends;
import io.holdfast.control.Plan.Step;
import io.holdfast.listen.Routing;
import io.holdfast.model.Backend;
import io.holdfast.model.Discover;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts one configuration in the place of another, but for its listeners: new clients go by it, and
 * the relays of what has left it drain. For one thread at a time.
 *
 * @param onApplied called with each snapshot that comes into force
 */
record Changeover(
    LiveBackends live,
    Addresses addresses,
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
    addresses.keep(next.found());
    found(before.snapshot(), after.snapshot());
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
    onApplied.accept(after.snapshot());
    live.forgetAllBut(after.snapshot().services().values());
  }

  /**
   * What operators have said of a backend that was found ends when it is gone, for its address may
   * be another machine's tomorrow; what a deploy has said of a group holds for who is found in it.
   */
  private void found(Snapshot before, Snapshot after) {
    for (Service service : before.services().values()) {
      Set<String> now = addresses(after.services().get(service.name()));
      service.backends().stream()
          .filter(b -> b.discover() != Discover.OFF && !now.contains(b.address()))
          .forEach(b -> overrides.forget(service, b));
    }
    for (Service service : after.services().values()) {
      Set<String> known = addresses(before.services().get(service.name()));
      service.backends().stream()
          .filter(b -> b.discover() != Discover.OFF && !known.contains(b.address()))
          .forEach(b -> overrides.join(service, b));
    }
  }

  private static Set<String> addresses(@Nullable Service service) {
    return service == null
        ? Set.of()
        : service.backends().stream().map(Backend::address).collect(Collectors.toSet());
  }
}
