package io.holdfast.control;

import io.holdfast.lifecycle.deploy.Deploy;
import io.holdfast.lifecycle.deploy.DeployPlan;
import io.holdfast.lifecycle.deploy.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One deploy, with its thread and its story. Thread-safe. */
final class DeployRun implements Deploy.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(DeployRun.class);

  private static final long LEAVE_MILLIS = 1000;

  private final long id;
  private final String service;
  private final DeployPlan plan;
  private final ServiceFleet fleet;
  private final Deploy deploy;
  private final Consumer<DeployRun> changed;
  private final Thread thread;
  private final Instant since;
  private final List<DeployStatus.Line> log = new ArrayList<>();
  private Phase phase;
  private String detail = "";
  private @Nullable Instant until;

  /**
   * One that has not begun.
   *
   * @param since when it did, before a restart perhaps
   * @param first where it begins
   * @param changed told of each new phase and line
   */
  DeployRun(
      long id,
      String service,
      DeployPlan plan,
      ServiceFleet fleet,
      Instant since,
      List<DeployStatus.Line> before,
      Phase first,
      Consumer<DeployRun> changed) {
    this.id = id;
    this.service = service;
    this.plan = plan;
    this.fleet = fleet;
    this.since = since;
    this.phase = first;
    this.changed = changed;
    log.addAll(before);
    deploy = new Deploy(plan, fleet, this);
    thread = Thread.ofVirtual().name("deploy").unstarted(() -> run(first));
  }

  void start() {
    thread.start();
  }

  private void run(Phase first) {
    try {
      deploy.run(first);
    } catch (InterruptedException e) {
      // The gateway stops; whoever starts it next takes it back.
      LOG.info("deploy of group {} of service {} left where it is", plan.group(), service);
    }
  }

  /** Has it rolled back; false when it is too late. */
  boolean abort(String why) {
    return deploy.abort(why);
  }

  /** Leaves it where it is; returns when it does nothing more. */
  void leave() {
    thread.interrupt();
    try {
      thread.join(LEAVE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  String service() {
    return service;
  }

  /** The last phase is seen with its line: who watches looks no more once it is over. */
  @Override
  public void onPhase(Phase next) {
    String line =
        switch (next) {
          case Phase.Done _ -> "group " + plan.group() + " has all clients";
          case Phase.RolledBack back -> "rolled back: " + back.why();
          case Phase.RollingBack _ -> null; // its news says why
          case Phase.Baking baking -> DeployStatus.STEP + (baking.step() + 1);
          default -> next.word();
        };
    synchronized (this) {
      phase = next;
      detail = "";
      if (next.over()) {
        until = Instant.now();
      }
      note(line);
    }
    tell(line);
  }

  @Override
  public void onNews(String line) {
    note(line);
    tell(line);
  }

  private synchronized void note(@Nullable String line) {
    if (line != null) {
      log.add(new DeployStatus.Line(Instant.now(), line));
    }
  }

  private void tell(@Nullable String line) {
    if (line != null) {
      LOG.info("deploy of group {} of service {}: {}", plan.group(), service, line);
    }
    changed.accept(this);
  }

  @Override
  public synchronized void onDetail(String words) {
    detail = words;
  }

  synchronized DeployStatus status() {
    return new DeployStatus(
        id,
        service,
        plan.group(),
        plan.others(),
        plan.before(),
        fleet.file(),
        phase.word(),
        detail,
        phase instanceof Phase.RolledBack back ? back.why() : null,
        since,
        until,
        log);
  }
}
