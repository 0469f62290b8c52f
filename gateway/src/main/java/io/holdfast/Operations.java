package io.holdfast;

import io.holdfast.admin.GatewayControl;
import io.holdfast.admin.NotNow;
import io.holdfast.admin.Successor;
import io.holdfast.balance.Standing;
import io.holdfast.control.ConnectionPage;
import io.holdfast.control.ConnectionQuery;
import io.holdfast.control.Control;
import io.holdfast.control.DeployAnswer;
import io.holdfast.control.DeployOrder;
import io.holdfast.control.DeployStatus;
import io.holdfast.control.Deploys;
import io.holdfast.control.DrainStatus;
import io.holdfast.control.Events;
import io.holdfast.control.OverrideOutcome;
import io.holdfast.control.ReloadOutcome;
import io.holdfast.control.ServiceStatus;
import io.holdfast.control.Status;
import io.holdfast.lifecycle.Pace;
import io.holdfast.model.Snapshot;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What operators see of a running gateway, and do to it.
 *
 * @param notReady why it is not ready for clients; empty when it is
 * @param handover which knows this in its turn
 * @param present the configuration in force
 */
record Operations(
    Supplier<String> notReady,
    Supplier<Snapshot> present,
    Status status,
    Control control,
    Deploys deploys,
    Events events,
    Supplier<Handover> handover,
    Ending ending)
    implements GatewayControl {

  @Override
  public boolean ready() {
    return notReadyReason().isEmpty();
  }

  @Override
  public String notReadyReason() {
    return notReady.get();
  }

  @Override
  public Snapshot snapshot() {
    return present.get();
  }

  @Override
  public List<ServiceStatus> services() {
    return status.services(snapshot());
  }

  @Override
  public ConnectionPage connections(ConnectionQuery query) {
    return status.connections(query);
  }

  @Override
  public boolean close(String id, int code, String reason) {
    return status.close(id, code, reason);
  }

  @Override
  public OverrideOutcome override(
      String backend, @Nullable String service, Standing.Word word, @Nullable Pace pace) {
    return control.operator().override(backend, service, word, pace);
  }

  @Override
  public OverrideOutcome overrideGroup(
      String service, String group, Standing.Word word, @Nullable Pace pace) {
    return control.operator().overrideGroup(service, group, word, pace);
  }

  @Override
  public void shutdown(@Nullable Pace pace) {
    ending.ask(pace);
  }

  @Override
  public void cancelShutdown() throws NotNow {
    handover.get().stay();
  }

  @Override
  public Successor upgrade(@Nullable Pace pace) throws NotNow {
    return handover.get().upgrade(pace);
  }

  @Override
  public Set<String> share(long pid) throws NotNow {
    return handover.get().share(pid);
  }

  @Override
  public int leave(long pid) throws NotNow {
    return handover.get().leave(pid);
  }

  @Override
  public boolean rebalance(String service, @Nullable Double rate) {
    return control.operator().rebalance(service, rate);
  }

  @Override
  public boolean stopRebalance(String service) {
    return control.operator().stopRebalance(service);
  }

  @Override
  public List<DrainStatus> drains() {
    return control.operator().drains();
  }

  @Override
  public DeployAnswer deploy(DeployOrder order) {
    return handover
        .get()
        .<DeployAnswer>unlessBusy(
            new DeployAnswer.Refused("Another process takes over just now; ask in a moment."),
            () -> deploys.start(order));
  }

  @Override
  public @Nullable String abortDeploy(String service) {
    return deploys.abort(service);
  }

  @Override
  public List<DeployStatus> allDeploys() {
    return deploys.all();
  }

  @Override
  public ReloadOutcome reload() {
    return control.reload("asked for by the admin API");
  }
}
