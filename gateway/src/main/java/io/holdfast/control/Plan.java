package io.holdfast.control;

import io.holdfast.model.Admin;
import io.holdfast.model.Backend;
import io.holdfast.model.Listener;
import io.holdfast.model.Route;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a new snapshot changes.
 *
 * @param steps in the order in which they are to be done
 */
record Plan(List<Step> steps) {

  /** One change. */
  sealed interface Step {
    /** For the log and the answer to who asked for the reload. */
    String sentence();

    /** A listener that was not there. */
    record Bind(Listener listener) implements Step {
      @Override
      public String sentence() {
        return "listen on " + name(listener);
      }
    }

    /** A listener that is no longer there. */
    record Unbind(Listener listener) implements Step {
      @Override
      public String sentence() {
        return "listen on " + name(listener) + " no more";
      }
    }

    /** A listener that treats new connections differently. */
    record ChangeListener(Listener listener) implements Step {
      @Override
      public String sentence() {
        return "change listener " + name(listener);
      }
    }

    /** A backend whose relays drain, by the policy that the service had. */
    record DropBackend(Service service, String address) implements Step {
      @Override
      public String sentence() {
        return "drain backend " + address + " of service " + service.name();
      }
    }

    /** A route whose relays drain, by the policy that its service had. */
    record DropRoute(Route route, Service service) implements Step {
      @Override
      public String sentence() {
        return "drain route " + route.name();
      }
    }

    /** Something that only new connections notice. */
    record Note(String sentence) implements Step {}

    private static String name(Listener listener) {
      return listener.host() + ":" + listener.port();
    }
  }

  Plan {
    steps = List.copyOf(steps);
  }

  /** All steps of one kind. */
  <T extends Step> List<T> all(Class<T> kind) {
    return steps.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  List<String> sentences() {
    return steps.stream().map(Step::sentence).toList();
  }

  /** What lies between two snapshots. */
  static Plan between(Snapshot before, Snapshot after) {
    List<Step> steps = new ArrayList<>();
    listeners(before, after, steps);
    routes(before, after, steps);
    services(before, after, steps);
    note(steps, "limits", before.limits(), after.limits());
    note(steps, "logs", before.logs(), after.logs());
    note(steps, "shutdown", before.shutdown(), after.shutdown());
    note(steps, "dns", before.dns(), after.dns());
    admin(before.admin(), after.admin(), steps);
    if (before.transport() != after.transport()) {
      steps.add(new Step.Note("change transport at the next start"));
    }
    if (!Objects.equals(before.state(), after.state())) {
      steps.add(new Step.Note("change the state folder at the next start"));
    }
    return new Plan(steps);
  }

  /** As {@code AdminServer.change}: the token changes at once, the address cannot. */
  private static void admin(Admin before, Admin after, List<Step> steps) {
    boolean moves = !before.host().equals(after.host()) || before.port() != after.port();
    if (before.enabled() != after.enabled() || moves) {
      steps.add(new Step.Note("change the admin listener at the next start"));
    }
    if (!moves || after.token() != null) {
      note(steps, "admin token", before.token(), after.token());
    }
  }

  private static void listeners(Snapshot before, Snapshot after, List<Step> steps) {
    Map<String, Listener> old = byAddress(before);
    Map<String, Listener> now = byAddress(after);
    now.forEach((address, listener) -> {
      Listener was = old.get(address);
      if (was == null) {
        steps.add(new Step.Bind(listener));
      } else if (!was.equals(listener)) {
        steps.add(new Step.ChangeListener(listener));
      }
    });
    old.forEach((address, listener) -> {
      if (!now.containsKey(address)) {
        steps.add(new Step.Unbind(listener));
      }
    });
  }

  private static Map<String, Listener> byAddress(Snapshot snapshot) {
    Map<String, Listener> map = new LinkedHashMap<>();
    snapshot.listeners().forEach(l -> map.put(Step.name(l), l));
    return map;
  }

  private static void routes(Snapshot before, Snapshot after, List<Step> steps) {
    Map<String, Route> now = after.routes().stream().collect(Collectors.toMap(Route::name, r -> r));
    for (Route route : before.routes()) {
      Route same = now.remove(route.name());
      Service service = before.services().get(route.service());
      if (same == null && service != null) {
        steps.add(new Step.DropRoute(route, service));
      } else if (!route.equals(same)) {
        steps.add(new Step.Note("change route " + route.name()));
      }
    }
    now.values().forEach(route -> steps.add(new Step.Note("add route " + route.name())));
  }

  private static void services(Snapshot before, Snapshot after, List<Step> steps) {
    for (Service service : before.services().values()) {
      Service now = after.services().get(service.name());
      if (now == null) {
        service.backends().forEach(b -> steps.add(new Step.DropBackend(service, b.address())));
      } else {
        backends(service, now, steps);
        note(
            steps,
            "service " + service.name(),
            service,
            now.with(now.balance(), service.backends()));
      }
    }
    for (String name : after.services().keySet()) {
      if (!before.services().containsKey(name)) {
        steps.add(new Step.Note("add service " + name));
      }
    }
  }

  private static void backends(Service before, Service after, List<Step> steps) {
    Map<String, Backend> was = byAddress(before);
    Map<String, Backend> now = byAddress(after);
    was.forEach((address, backend) -> {
      Backend same = now.get(address);
      String name = "backend " + address + " of service " + before.name();
      if (same == null) {
        steps.add(new Step.DropBackend(before, address));
      } else if (same.weight() != backend.weight()) {
        steps.add(
            new Step.Note(
                "change weight of %s from %d to %d"
                    .formatted(name, backend.weight(), same.weight())));
      } else {
        note(steps, name, backend, same);
      }
    });
    now.keySet().stream()
        .filter(address -> !was.containsKey(address))
        .map(address -> "add backend " + address + " to service " + before.name())
        .forEach(sentence -> steps.add(new Step.Note(sentence)));
  }

  private static Map<String, Backend> byAddress(Service service) {
    Map<String, Backend> map = new LinkedHashMap<>();
    service.backends().forEach(b -> map.put(b.address(), b));
    return map;
  }

  private static void note(
      List<Step> steps, String what, @Nullable Object before, @Nullable Object after) {
    if (!Objects.equals(before, after)) {
      steps.add(new Step.Note("change " + what));
    }
  }
}
