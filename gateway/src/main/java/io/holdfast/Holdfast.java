package io.holdfast;

import io.holdfast.control.ConfigRejected;
import io.holdfast.control.ConfigSource;
import io.holdfast.control.Control;
import io.holdfast.control.Deploys;
import io.holdfast.control.Events;
import io.holdfast.control.ReloadOutcome;
import io.holdfast.control.StateFolder;
import io.holdfast.control.Status;
import io.holdfast.model.Snapshot;
import io.holdfast.observe.Logging;
import io.holdfast.observe.Meters;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway as a whole: puts its parts together, starts them from the inside out and stops them
 * from the outside in.
 */
public final class Holdfast implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Holdfast.class);

  private final Meters meters = new Meters();
  private final Events events = new Events();
  final DataPath path;
  private final Control control;
  private final Deploys deploys;
  private final Handover handover;
  private final AdminPlace admin;
  private final Ending ending;

  private volatile String notReady = "starting";

  private Holdfast(ConfigSource source, Snapshot snapshot) {
    path = new DataPath(snapshot, meters);
    path.live.listen(events);
    StateFolder state = new StateFolder(snapshot.state());
    control =
        new Control(
            source,
            path.discovery,
            path.live,
            state,
            path.listeners,
            path.routing,
            path.loops,
            path.group.next(),
            meters,
            events,
            this::onApplied);
    deploys = new Deploys(control, path.health, state, events, meters);
    ending = new Ending(path, control, deploys, why -> notReady = why);
    Operations operations =
        new Operations(
            this::notReadyReason,
            path::snapshot,
            new Status(path.live, path.loops),
            control,
            deploys,
            events,
            this::handover,
            ending);
    admin = new AdminPlace(operations, meters);
    handover = new Handover(control, deploys, state, admin, ending);
  }

  /**
   * Starts a gateway, and returns when it serves.
   *
   * @throws ConfigRejected when the configuration is wrong
   * @throws IOException when the admin listener cannot be bound
   * @throws RuntimeException when a listener cannot be bound or a certificate cannot be used, with
   *     a message for the user
   */
  public static Holdfast start(ConfigSource source)
      throws ConfigRejected, IOException, InterruptedException {
    return start(source, _ -> Takeover.ofNobody(), () -> {});
  }

  /**
   * Starts a gateway in the place of a running one, which drains then, and returns when it serves;
   * where none is running, as {@link #start(ConfigSource)}.
   *
   * @param before admin listener of the other one; null where the configuration has ours
   * @param serving called when all clients come here, right before the other one is told to leave
   * @throws ConfigRejected when the configuration is wrong
   * @throws IOException when the other one stays where it is, with the reason
   * @throws RuntimeException as of {@code start}
   */
  public static Holdfast takeOver(ConfigSource source, @Nullable URI before, Runnable serving)
      throws ConfigRejected, IOException, InterruptedException {
    return start(source, snapshot -> Takeover.begin(before, snapshot.admin()), serving);
  }

  @FunctionalInterface
  private interface Beginning {
    Takeover of(Snapshot snapshot) throws IOException, InterruptedException;
  }

  private static Holdfast start(ConfigSource source, Beginning beginning, Runnable serving)
      throws ConfigRejected, IOException, InterruptedException {
    ConfigSource.Loaded loaded = source.load();
    Logging.configure(loaded.snapshot().logs());
    loaded.warnings().forEach(w -> LOG.warn("{}", w));
    Holdfast holdfast = new Holdfast(source, loaded.snapshot());
    try {
      holdfast.start(loaded.snapshot(), beginning, serving);
    } catch (RuntimeException | IOException | InterruptedException e) {
      holdfast.close();
      throw e;
    }
    return holdfast;
  }

  private void start(Snapshot snapshot, Beginning beginning, Runnable serving)
      throws IOException, InterruptedException {
    try (Takeover takeover = beginning.of(snapshot)) {
      // Before the first client comes: it must not lose its connection because this fails.
      boolean later = takeover.holds(snapshot.admin());
      if (!later) {
        admin.bind(snapshot.admin());
      }
      control.start(snapshot, takeover.addresses(), deploys::readmit);
      path.watch();
      if (!later) {
        admin.answer();
      }
      takeover.complete(serving);
      if (!takeover.addresses().isEmpty()) {
        control.takeUpWords();
      }
      meters.reload(true);
      meters.registerJvm();
      addresses().forEach(a -> LOG.info("listening on {}", NetUtil.toSocketAddressString(a)));
      if (later) {
        admin.takeOver(snapshot.admin());
      }
      InetSocketAddress at = admin.address();
      if (at != null) {
        LOG.info("admin on http://{}", NetUtil.toSocketAddressString(at));
      }
      deploys.restore();
      notReady = "";
    }
  }

  private Handover handover() {
    return handover;
  }

  /** Has upgrades start the new process so; else there are none. */
  public void launchBy(Launcher launcher) {
    handover.launchBy(launcher);
  }

  private void onApplied(Snapshot snapshot) {
    Logging.configure(snapshot.logs());
    path.change(snapshot);
    admin.change(snapshot.admin());
  }

  /** Addresses that accept clients, in the configuration's order. */
  public List<InetSocketAddress> addresses() {
    return control.addresses();
  }

  /** Address of the admin listener; null when there is none. */
  public @Nullable InetSocketAddress adminAddress() {
    return admin.address();
  }

  /**
   * Calls {@code action} once when an event loop has ended though nobody stopped it: its
   * connections stand still, and the gateway had better be started anew. It is not ready from then
   * on.
   */
  public void onLost(Runnable action) {
    path.listeners.onLoopEnd(() -> {
      if (notReady.isEmpty()) {
        notReady = "an event loop has ended";
        LOG.error("an event loop has ended, and its connections with it");
        action.run();
      }
    });
  }

  /**
   * Calls {@code action}, in any thread, when the gateway is drained since an operator has wanted
   * it; {@link #shutdown} is the caller's.
   */
  public void onShutdown(Runnable action) {
    ending.onOver(action);
  }

  /** Why it is not ready for clients, such as {@code draining}; empty when it is. */
  String notReadyReason() {
    return notReady;
  }

  /**
   * Reads the configuration again.
   *
   * @param why for the log
   */
  public ReloadOutcome reload(String why) {
    return control.reload(why);
  }

  // Stopping.

  /**
   * Drains and stops: not ready first, then no new clients, then every relay ends with a Close
   * 1001. Returns when all is over, at the deadline at the latest. What an operator has begun goes
   * on at its own pace.
   *
   * @param paced false to end all relays at once
   */
  public void shutdown(boolean paced) throws InterruptedException {
    ending.await(paced);
    close();
  }

  /** Stops at once. */
  @Override
  public void close() {
    notReady = "stopped";
    deploys.close();
    control.close();
    path.close();
    admin.close();
    Logging.flush();
  }
}
