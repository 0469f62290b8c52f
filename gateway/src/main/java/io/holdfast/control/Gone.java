package io.holdfast.control;

import io.holdfast.balance.Standing;
import io.holdfast.listen.RelayStory;
import io.holdfast.model.Backend;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whose relays a drain takes away, and why.
 *
 * @param service whose relays they are; empty for those of all
 * @param name of what drains: an address, a group or a route; empty for the service itself, or the
 *     gateway
 */
record Gone(Cause cause, String service, String name) {
  /** Why they are taken away. */
  enum Cause {
    /** A backend has left the configuration. */
    REMOVED("backend removed"),
    /** An operator wants a backend empty. */
    DRAINED("backend drains"),
    /** An operator, or a deploy, wants a group empty. */
    GROUP("group drains"),
    /** A backend's probes fail. */
    UNHEALTHY("backend unhealthy"),
    /** Some backends of a service have more than others. */
    SURPLUS("rebalance"),
    /** A route has left the configuration. */
    ROUTE("route removed"),
    /** The process ends. */
    GATEWAY("gateway shuts down");

    private final String reason;

    Cause(String reason) {
      this.reason = reason;
    }

    /** For people, and for Closes where the service has no reason of its own. */
    String reason() {
      return reason;
    }
  }

  static Gone drained(String service, String address) {
    return new Gone(Cause.DRAINED, service, address);
  }

  static Gone unhealthy(String service, String address) {
    return new Gone(Cause.UNHEALTHY, service, address);
  }

  static Gone group(String service, String group) {
    return new Gone(Cause.GROUP, service, group);
  }

  static Gone surplus(String service) {
    return surplus(service, "");
  }

  static Gone surplus(String service, String group) {
    return new Gone(Cause.SURPLUS, service, group);
  }

  static Gone gateway() {
    return new Gone(Cause.GATEWAY, "", "");
  }

  /**
   * Whether a relay is of it.
   *
   * @param of the service as it is configured, or was
   */
  Predicate<RelayStory> relays(Service of) {
    return switch (cause) {
      case ROUTE -> story -> story.route().equals(name);
      case GATEWAY -> _ -> true;
      case GROUP, SURPLUS ->
          at(of.members(name).stream().map(Backend::address).collect(Collectors.toSet()));
      default -> at(Set.of(name));
    };
  }

  /**
   * Whether a relay stays though its group drains: an operator has said otherwise of its backend.
   */
  boolean spares(RelayStory story) {
    return cause == Cause.GROUP && story.backend().standing().override() != Standing.Word.DRAIN;
  }

  private Predicate<RelayStory> at(Set<String> addresses) {
    return story ->
        story.backend().service().equals(service) && addresses.contains(story.backend().address());
  }

  /** Whether what left the configuration is there again. */
  boolean isIn(Snapshot snapshot) {
    Service present = snapshot.services().get(service);
    return switch (cause) {
      case REMOVED ->
          present != null && present.backends().stream().anyMatch(b -> b.address().equals(name));
      case ROUTE -> snapshot.routes().stream().anyMatch(r -> r.name().equals(name));
      default -> false;
    };
  }

  /**
   * Backends of which relays of it may still come: those of who came before it had left the
   * configuration may have been sent anywhere.
   */
  List<Backend> sources(Service of) {
    return switch (cause) {
      case GROUP -> of.members(name);
      case DRAINED, UNHEALTHY ->
          of.backends().stream().filter(b -> b.address().equals(name)).toList();
      default -> of.backends();
    };
  }

  /** Whether it has left the configuration, which who came before does not know. */
  boolean isOut() {
    return cause == Cause.REMOVED || cause == Cause.ROUTE;
  }

  /** The address of the backend that drains; null when it is none. */
  @Nullable String backend() {
    return switch (cause) {
      case REMOVED, DRAINED, UNHEALTHY -> name;
      default -> null;
    };
  }

  /** The group that drains, or gives its surplus; null when it is none. */
  @Nullable String group() {
    return switch (cause) {
      case GROUP, SURPLUS -> name.isEmpty() ? null : name;
      default -> null;
    };
  }

  /** For the log. */
  String what() {
    return switch (cause) {
      case ROUTE -> "route " + name;
      case GATEWAY -> "the gateway";
      case GROUP, SURPLUS ->
          (name.isEmpty() ? "" : "group " + name + " of ") + "service " + service;
      default -> "backend " + name + " of service " + service;
    };
  }

  /** What is done, for the log. */
  String verb() {
    return cause == Cause.SURPLUS ? "rebalance" : "drain";
  }

  /** For Closes. */
  String reason(Service of) {
    return Objects.requireNonNullElse(of.drain().reason(), cause.reason());
  }
}
