package io.holdfast.admin;

import io.holdfast.balance.Standing;
import io.holdfast.control.BackendStatus;
import io.holdfast.control.ConnectionPage;
import io.holdfast.control.ConnectionQuery;
import io.holdfast.control.ConnectionStatus;
import io.holdfast.control.DeployAnswer;
import io.holdfast.control.DeployOrder;
import io.holdfast.control.DeployStatus;
import io.holdfast.control.DrainStatus;
import io.holdfast.control.Events;
import io.holdfast.control.OverrideOutcome;
import io.holdfast.control.ReloadOutcome;
import io.holdfast.control.ServiceStatus;
import io.holdfast.lifecycle.Pace;
import io.holdfast.model.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A gateway with two services and as many connections as a test wants. */
final class FakeGateway implements GatewayControl {

  final Events events = new Events();
  volatile String notReady = "";
  volatile ReloadOutcome outcome = new ReloadOutcome.Applied(List.of());
  volatile boolean broken;
  volatile @Nullable Snapshot snapshot;
  final List<String> connections = new ArrayList<>();
  final List<String> overrides = new ArrayList<>();
  final List<DeployStatus> deploys = new ArrayList<>();
  final List<DrainStatus> drains = new ArrayList<>();
  final List<String> closed = new ArrayList<>();
  final List<ConnectionQuery> queries = new ArrayList<>();

  @Override
  public boolean ready() {
    return notReady.isEmpty();
  }

  @Override
  public String notReadyReason() {
    return notReady;
  }

  @Override
  public Snapshot snapshot() {
    return Objects.requireNonNull(snapshot);
  }

  @Override
  public List<ServiceStatus> services() {
    if (broken) {
      throw new IllegalStateException("broken for a test");
    }
    return List.of(
        new ServiceStatus(
            "chat",
            "round_robin",
            Map.of("green", 100),
            5,
            List.of(
                new BackendStatus("ws://127.0.0.1:8001", null, 2, "green", "up", 3, 1, 0),
                new BackendStatus("ws://127.0.0.1:8002", null, 1, null, "draining", 0, 0, 0))));
  }

  @Override
  public Events events() {
    return events;
  }

  @Override
  public ConnectionPage connections(ConnectionQuery query) {
    queries.add(query);
    String after = query.after() == null ? "" : query.after();
    List<ConnectionStatus> page =
        connections.stream()
            .filter(id -> id.compareTo(after) > 0)
            .limit(query.limit())
            .map(FakeGateway::connection)
            .toList();
    boolean last = page.isEmpty() || page.getLast().id().equals(connections.getLast());
    return new ConnectionPage(page, last ? null : page.getLast().id(), connections.size());
  }

  @Override
  public boolean close(String id, int code, String reason) {
    closed.add(id + " " + code + " " + reason);
    return connections.contains(id);
  }

  @Override
  public OverrideOutcome overrideGroup(
      String service, String group, Standing.Word word, @Nullable Pace pace) {
    overrides.add("group " + group + " of " + service + " " + word);
    return new OverrideOutcome(
        group.equals("green")
            ? List.of(new OverrideOutcome.Said(service, "ws://127.0.0.1:8001", "draining"))
            : List.of(),
        List.of());
  }

  @Override
  public void shutdown(@Nullable Pace pace) {
    overrides.add("shutdown" + (pace == null ? "" : " " + pace));
  }

  @Override
  public void cancelShutdown() throws NotNow {
    if (notReady.isEmpty()) {
      throw new NotNow("The gateway does not drain.");
    }
    overrides.add("cancel shutdown");
  }

  @Override
  public DeployAnswer deploy(DeployOrder order) {
    overrides.add(order.toString());
    return switch (order.group()) {
      case "green" -> new DeployAnswer.Begun(deploys.getFirst());
      case "busy" -> new DeployAnswer.Refused("A deploy of service chat is under way.");
      default -> new DeployAnswer.Unknown("There is no group " + order.group() + ".");
    };
  }

  @Override
  public @Nullable String abortDeploy(String service) {
    return service.equals("chat") ? null : "No deploy of service " + service + " is under way.";
  }

  @Override
  public List<DeployStatus> allDeploys() {
    return deploys;
  }

  @Override
  public boolean rebalance(String service, @Nullable Double rate) {
    overrides.add("rebalance " + service + " " + rate);
    return service.equals("chat");
  }

  @Override
  public boolean stopRebalance(String service) {
    overrides.add("stop rebalance " + service);
    return service.equals("chat");
  }

  @Override
  public List<DrainStatus> drains() {
    return drains;
  }

  @Override
  public OverrideOutcome override(
      String backend, @Nullable String service, Standing.Word word, @Nullable Pace pace) {
    overrides.add(backend + " " + service + " " + word + (pace == null ? "" : " " + pace));
    return new OverrideOutcome(
        backend.equals("ws://127.0.0.1:8001")
            ? List.of(new OverrideOutcome.Said("chat", backend, "draining"))
            : List.of(),
        List.of());
  }

  @Override
  public ReloadOutcome reload() {
    return outcome;
  }

  private static ConnectionStatus connection(String id) {
    return new ConnectionStatus(
        id,
        "chat",
        "chat",
        "ws://127.0.0.1:8001",
        "127.0.0.1:5000",
        Instant.parse("2026-11-20T14:55:28Z"),
        1,
        2,
        30,
        40,
        1.5,
        0.5,
        true,
        0,
        "open");
  }

  @Override
  public Successor upgrade(@Nullable Pace pace) throws NotNow {
    if (!notReady.isEmpty()) {
      throw new NotNow("The gateway is " + notReady + ".");
    }
    return new Successor(4711, pace == null ? 9901 : 9902);
  }

  @Override
  public Set<String> share(long pid) throws NotNow {
    if (!notReady.isEmpty()) {
      throw new NotNow("Process " + pid + " may not.");
    }
    return Set.of("a:8080");
  }

  @Override
  public int leave(long pid) {
    closed.add("left to " + pid);
    return 9901;
  }
}
