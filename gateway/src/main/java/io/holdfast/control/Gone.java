package io.holdfast.control;

import io.holdfast.listen.RelayStory;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import org.jspecify.annotations.Nullable;

/** Whose relays a drain takes away, and why. */
sealed interface Gone {
  /** Whether a relay is of it. */
  boolean has(RelayStory story);

  /** Whether it is there again. */
  boolean isIn(Snapshot snapshot);

  /** For the log. */
  String what();

  /** Its address; null when it is none. */
  default @Nullable String backend() {
    return null;
  }

  /** For the Closes. */
  String reason();

  /** A backend, as live state knows it. */
  record OfBackend(String service, String address) implements Gone {
    @Override
    public String backend() {
      return address;
    }

    @Override
    public boolean has(RelayStory story) {
      return story.backend().service().equals(service) && story.backend().address().equals(address);
    }

    @Override
    public boolean isIn(Snapshot snapshot) {
      Service present = snapshot.services().get(service);
      return present != null
          && present.backends().stream().anyMatch(b -> b.address().equals(address));
    }

    @Override
    public String what() {
      return "backend " + address + " of service " + service;
    }

    @Override
    public String reason() {
      return "backend removed";
    }
  }

  /** A backend that an operator wants empty. No reload ends that. */
  record Drained(String service, String address) implements Gone {
    @Override
    public String backend() {
      return address;
    }

    @Override
    public boolean has(RelayStory story) {
      return new OfBackend(service, address).has(story);
    }

    @Override
    public boolean isIn(Snapshot snapshot) {
      return false;
    }

    @Override
    public String what() {
      return "backend " + address + " of service " + service;
    }

    @Override
    public String reason() {
      return "backend drains";
    }
  }

  /** A backend whose probes fail, until they do not. */
  record Unhealthy(String service, String address) implements Gone {
    @Override
    public String backend() {
      return address;
    }

    @Override
    public boolean has(RelayStory story) {
      return new OfBackend(service, address).has(story);
    }

    @Override
    public boolean isIn(Snapshot snapshot) {
      return false;
    }

    @Override
    public String what() {
      return "backend " + address + " of service " + service;
    }

    @Override
    public String reason() {
      return "backend unhealthy";
    }
  }

  /** What some backends of a service have more than others. */
  record Surplus(String service) implements Gone {
    @Override
    public boolean has(RelayStory story) {
      return story.backend().service().equals(service);
    }

    @Override
    public boolean isIn(Snapshot snapshot) {
      return false;
    }

    @Override
    public String what() {
      return "service " + service;
    }

    @Override
    public String reason() {
      return "rebalance";
    }
  }

  /** A route. */
  record OfRoute(String name) implements Gone {
    @Override
    public boolean has(RelayStory story) {
      return story.route().equals(name);
    }

    @Override
    public boolean isIn(Snapshot snapshot) {
      return snapshot.routes().stream().anyMatch(r -> r.name().equals(name));
    }

    @Override
    public String what() {
      return "route " + name;
    }

    @Override
    public String reason() {
      return "route removed";
    }
  }
}
