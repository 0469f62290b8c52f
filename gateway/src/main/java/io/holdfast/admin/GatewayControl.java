package io.holdfast.admin;

import io.holdfast.balance.Standing;
import io.holdfast.control.ConnectionPage;
import io.holdfast.control.ConnectionQuery;
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
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the admin API may see and do of a running gateway. Called from many threads at once, on
 * virtual threads that may wait.
 */
public interface GatewayControl {

  /** Whether new clients should be sent here. */
  boolean ready();

  /** Why not, in a few words, such as {@code draining}; empty when ready. */
  String notReadyReason();

  /** The configuration in force. */
  Snapshot snapshot();

  /** All services, by name. */
  List<ServiceStatus> services();

  /** What happens: changes of states, drains, deploys. */
  Events events();

  /** One page of the relays that live now, ordered by id. */
  ConnectionPage connections(ConnectionQuery query);

  /**
   * Begins to end a relay, by a Close with {@code code} and {@code reason} on both legs.
   *
   * @param code one that may be sent (RFC 6455 section 7.4)
   * @param reason at most 123 bytes of UTF-8
   * @return false if there is no such relay
   */
  boolean close(String id, int code, String reason);

  /**
   * Has an operator say something of a backend; it beats probes and holds until it is cleared.
   *
   * @param backend its address, or host and port
   * @param service null for all that have it
   * @param word {@code NONE} to clear what was said
   * @param pace of a drain; null for the service's own
   */
  OverrideOutcome override(
      String backend, @Nullable String service, Standing.Word word, @Nullable Pace pace);

  /**
   * As {@link #override}, of all backends of a group; none when there is no such group. A drain
   * takes them together, at one pace.
   */
  OverrideOutcome overrideGroup(
      String service, String group, Standing.Word word, @Nullable Pace pace);

  /**
   * Begins to drain and end the gateway, as SIGTERM does.
   *
   * @param pace null for its own
   */
  void shutdown(@Nullable Pace pace);

  /**
   * Takes back what {@link #shutdown} has begun: relays that are left stay, and new clients come.
   *
   * @throws NotNow when that cannot be; all goes on as it was then
   */
  void cancelShutdown() throws NotNow;

  /**
   * Starts a new process of this gateway, and returns when it has taken over.
   *
   * @param pace at which clients leave this one then; null for its own
   * @throws NotNow when it did not come to that; this one goes on
   */
  Successor upgrade(@Nullable Pace pace) throws NotNow;

  /**
   * Lets a process of the same user bind this one's addresses.
   *
   * @return them, as host and port of the configuration
   * @throws NotNow while another one is at it, or a deploy runs
   */
  Set<String> share(long pid) throws NotNow;

  /**
   * Leaves all addresses to a process that has shared them, and begins to drain and end.
   *
   * @return port of this one's admin listener from now on; 0 when there is none
   * @throws NotNow when that process was not let in before
   */
  int leave(long pid) throws NotNow;

  /** Begins a deploy. */
  DeployAnswer deploy(DeployOrder order);

  /**
   * Has the deploy of a service rolled back.
   *
   * @return null when it will be, else why not
   */
  @Nullable String abortDeploy(String service);

  /** Deploys that are over, oldest first, then those that run. */
  List<DeployStatus> allDeploys();

  /**
   * Spreads a service's relays anew, at a pace.
   *
   * @param rate relays a second; null for the service's own
   * @return whether there is such a service, and its backends are not chosen by keys
   */
  boolean rebalance(String service, @Nullable Double rate);

  /**
   * Stops a rebalancing where it stands.
   *
   * @return whether one ran
   */
  boolean stopRebalance(String service);

  /** Drains that run, and the last that have ended, oldest first. */
  List<DrainStatus> drains();

  /** Reads the configuration again and applies it, all or nothing; answers when that is done. */
  ReloadOutcome reload();
}
