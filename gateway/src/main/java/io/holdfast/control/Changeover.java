package io.holdfast.control;

import io.holdfast.balance.LiveBackends;
import io.holdfast.control.Plan.Step;
import io.holdfast.listen.Routing;
import io.holdfast.model.Backend;
import io.holdfast.model.Discover;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import java.util.List;
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
    settle(before.snapshot(), after.snapshot());
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
   * What a deploy has said of a group holds for who is found in it, and what operators have said of
   * a backend that was found ends when it is gone, for its address may be another machine's
   * tomorrow.
   */
  void settle(Snapshot before, Snapshot after) {
    for (Service service : after.services().values()) {
      Service old = before.services().get(service.name());
      if (old != null) {
        found(service, old).forEach(b -> overrides.join(old, b));
      }
    }
    for (Service service : before.services().values()) {
      found(service, after.services().get(service.name()))
          .forEach(b -> overrides.forget(service, b));
    }
  }

  /** The backends of a service that were found, and that another one lacks. */
  private static List<Backend> found(Service service, @Nullable Service other) {
    Set<String> its = addresses(other);
    return service.backends().stream()
        .filter(b -> b.discover() != Discover.OFF && !its.contains(b.address()))
        .toList();
  }

  private static Set<String> addresses(@Nullable Service service) {
    return service == null
        ? Set.of()
        : service.backends().stream().map(Backend::address).collect(Collectors.toSet());
  }
}
