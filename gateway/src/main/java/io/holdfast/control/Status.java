package io.holdfast.control;

import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.LiveBackends;
import io.holdfast.listen.RelayStory;
import io.holdfast.model.Backend;
import io.holdfast.model.Service;
import io.holdfast.model.Snapshot;
import io.holdfast.relay.Relay;
import io.holdfast.relay.RelayLoop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** What is going on now. Asks every event loop, and waits for their answers. */
public final class Status {
  private final LiveBackends live;
  private final List<RelayLoop> loops;

  /** A status of these. */
  public Status(LiveBackends live, List<RelayLoop> loops) {
    this.live = live;
    this.loops = List.copyOf(loops);
  }

  /** All services of {@code snapshot}, by name. */
  public List<ServiceStatus> services(Snapshot snapshot) {
    return snapshot.services().values().stream()
        .sorted(Comparator.comparing(Service::name))
        .map(this::service)
        .toList();
  }

  private ServiceStatus service(Service service) {
    List<BackendStatus> backends = new ArrayList<>();
    Set<String> present = new HashSet<>();
    for (Backend backend : service.backends()) {
      present.add(backend.address());
      LiveBackend state = live.of(service.name(), backend);
      backends.add(
          status(state, name(backend), backend.weight(), backend.group(), state.state().word()));
    }
    live.of(service.name()).stream()
        .filter(state -> !present.contains(state.address()) && state.relays() > 0)
        .sorted(Comparator.comparing(LiveBackend::address))
        .forEach(state -> backends.add(status(state, null, 0, null, "draining")));
    return new ServiceStatus(
        service.name(),
        service.balance().algorithm().name().toLowerCase(Locale.ROOT),
        service.balance().groups(),
        live.waiting(service.name()),
        backends);
  }

  private static @Nullable String name(Backend backend) {
    return backend.name().equals(backend.host()) ? null : backend.name();
  }

  private static BackendStatus status(
      LiveBackend live, @Nullable String name, int weight, @Nullable String group, String state) {
    return new BackendStatus(
        live.address(),
        name,
        weight,
        group,
        state,
        live.relays(),
        live.pending(),
        live.exchanges());
  }

  /** One page of relays, ordered by id. */
  public ConnectionPage connections(ConnectionQuery query) {
    List<ConnectionStatus> all =
        collect(query.service(), null).stream()
            .sorted(Comparator.comparing(ConnectionStatus::id))
            .toList();
    String after = query.after();
    List<ConnectionStatus> page =
        all.stream()
            .filter(c -> after == null || c.id().compareTo(after) > 0)
            .limit(query.limit() + 1L)
            .toList();
    boolean more = page.size() > query.limit();
    List<ConnectionStatus> shown = more ? page.subList(0, query.limit()) : page;
    return new ConnectionPage(shown, more ? shown.getLast().id() : null, all.size());
  }

  /** Ends the relay called {@code id}; false if there is none. */
  public boolean close(String id, int code, String reason) {
    return !collect(null, new Close(id, code, reason)).isEmpty();
  }

  private record Close(String id, int code, String reason) {}

  private List<ConnectionStatus> collect(@Nullable String service, @Nullable Close close) {
    List<Future<List<ConnectionStatus>>> answers = new ArrayList<>();
    for (RelayLoop loop : loops) {
      answers.add(loop.eventLoop().submit(() -> collect(loop, service, close)));
    }
    List<ConnectionStatus> all = new ArrayList<>();
    try {
      for (Future<List<ConnectionStatus>> answer : answers) {
        all.addAll(answer.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot list connections", e.getCause());
    }
    return all;
  }

  private static List<ConnectionStatus> collect(
      RelayLoop loop, @Nullable String service, @Nullable Close close) {
    List<ConnectionStatus> here = new ArrayList<>();
    loop.forEach(relay -> {
      if (!(relay.owner() instanceof RelayStory story)
          || (service != null && !story.backend().service().equals(service))
          || (close != null && !story.connectionId().equals(close.id))) {
        return;
      }
      if (close != null) {
        relay.end(close.code, close.reason, "closed by an operator");
      }
      here.add(status(relay, story));
    });
    return here;
  }

  private static ConnectionStatus status(Relay relay, RelayStory story) {
    return new ConnectionStatus(
        story.connectionId(),
        story.backend().service(),
        story.route(),
        story.backend().address(),
        story.client(),
        story.since(),
        relay.messagesFromClient(),
        relay.messagesFromBackend(),
        relay.bytesFromClient(),
        relay.bytesFromBackend(),
        relay.age() / 1e9,
        relay.idleFor() / 1e9,
        story.movable(),
        story.moves(),
        relay.closing() ? "closing" : "open");
  }
}
