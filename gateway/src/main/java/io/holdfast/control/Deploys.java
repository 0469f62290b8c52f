package io.holdfast.control;

import io.holdfast.health.Health;
import io.holdfast.lifecycle.Pace;
import io.holdfast.lifecycle.deploy.DeployPlan;
import io.holdfast.lifecycle.deploy.Phase;
import io.holdfast.model.DeployPolicy;
import io.holdfast.model.Service;
import io.holdfast.observe.Meters;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Deploys: one per service at a time, and the history of those that are over, which outlives the
 * process where there is a state folder. Thread-safe.
 */
public final class Deploys implements AutoCloseable {
  /** Finished ones that are remembered. */
  private static final int KEPT = 100;

  private static final String UNKEPT =
      "there is no state folder: after a restart the groups have the file's shares again";

  /** Of a service that is gone: nothing can be done but to say so. */
  private static final DeployPolicy NOTHING =
      new DeployPolicy(
          List.of(1.0),
          Duration.ZERO,
          null,
          Duration.ofSeconds(1),
          new DeployPolicy.Verify(0, 1, 1, 0),
          Map.of());

  private final Groups groups;
  private final Health health;
  private final DeployFile file;
  private final Events events;
  private final Meters meters;

  /** By service. */
  private final Map<String, DeployRun> running = new HashMap<>();

  /** Finished ones, oldest first. */
  private final Deque<DeployStatus> history = new ArrayDeque<>();

  private long ids;
  private boolean restored;
  private boolean closed;

  /** Nothing is deployed until {@link #restore}, lest the history be written before it is read. */
  public Deploys(Control control, Health health, StateFolder state, Events events, Meters meters) {
    this.groups = control.groups();
    this.health = health;
    this.file = new DeployFile(state);
    this.events = events;
    this.meters = meters;
  }

  /**
   * Begins what {@link #restore} does: of what is to be rolled back, those who had the clients
   * before get them again. To be called before anybody is accepted, who would find nobody else.
   */
  public void readmit() {
    file.load().stream().filter(left -> !left.over() && !left.stopping()).forEach(groups::readmit);
  }

  /**
   * Takes up the history, and brings to an end what was under way when the process before ended:
   * what had all clients already is completed, all else is rolled back. Deploys are refused before.
   */
  public synchronized void restore() {
    restored = true;
    if (closed) {
      return;
    }
    for (DeployStatus one : file.load()) {
      ids = Math.max(ids, one.id());
      if (one.over()) {
        history.add(one);
        continue;
      }
      takeUp(one, "the gateway was restarted in the middle of it");
    }
  }

  private void takeUp(DeployStatus left, String why) {
    Service service = groups.service(left.service());
    run(
        left.id(),
        new DeployOrder(left.service(), left.group(), null, null, null, null),
        service == null ? null : service.deploy(),
        left.before(),
        left.file() == null ? groups.fileShares(left.service()) : left.file(),
        service == null ? Pace.AT_ONCE : Pace.of(service.drain()),
        left.since(),
        left.log(),
        left.stopping() ? new Phase.Stopping() : new Phase.RollingBack(why, left.served()));
  }

  /** Begins a deploy. */
  public synchronized DeployAnswer start(DeployOrder order) {
    look();
    Service service = groups.service(order.service());
    if (service == null) {
      return new DeployAnswer.Unknown("There is no service " + order.service() + ".");
    }
    Map<String, Integer> shares = service.balance().groups();
    if (!shares.containsKey(order.group()) || service.members(order.group()).isEmpty()) {
      return new DeployAnswer.Unknown(
          "Service "
              + order.service()
              + " has no group "
              + order.group()
              + " with backends and a share, which may be 0; its groups are "
              + (shares.isEmpty() ? "not configured" : String.join(", ", shares.keySet()))
              + ".");
    }
    String not = refusal(order, service);
    if (not != null) {
      return new DeployAnswer.Refused(not);
    }
    Pace own = Pace.of(service.drain());
    Pace pace = order.drain() == null ? own : new Pace(order.drain(), own.rate());
    DeployRun run =
        run(
            ++ids,
            order,
            service.deploy(),
            shares,
            groups.fileShares(order.service()),
            pace,
            Instant.now(),
            file.keeps() ? List.of() : List.of(new DeployStatus.Line(Instant.now(), UNKEPT)),
            new Phase.Starting());
    return new DeployAnswer.Begun(run.status());
  }

  private @Nullable String refusal(DeployOrder order, Service service) {
    if (closed) {
      return "The gateway ends.";
    }
    if (!restored) {
      return "The gateway is starting; ask in a moment.";
    }
    if (running.containsKey(order.service())) {
      return "A deploy of service " + order.service() + " is under way.";
    }
    if (!file.save(look())) {
      return "The state folder cannot be written, so a restart could not roll the deploy back; the"
          + " gateway's log says why.";
    }
    if (groups.upstream(order.service()) == null) {
      return "No route leads to service " + order.service() + ".";
    }
    if (new DeployPlan(order.group(), service.balance().groups(), service.deploy(), Pace.AT_ONCE)
        .others()
        .isEmpty()) {
      return "Group "
          + order.group()
          + " of service "
          + order.service()
          + " has all clients already.";
    }
    return null;
  }

  private DeployRun run(
      long id,
      DeployOrder order,
      @Nullable DeployPolicy own,
      Map<String, Integer> before,
      Map<String, Integer> file,
      Pace pace,
      Instant since,
      List<DeployStatus.Line> log,
      Phase first) {
    DeployPolicy policy = order.over(own == null ? NOTHING : own);
    DeployPlan plan = new DeployPlan(order.group(), before, policy, pace);
    ServiceFleet fleet =
        new ServiceFleet(
            groups, health, order.service(), file, groups.members(order.service()), policy, pace);
    DeployRun run =
        new DeployRun(id, order.service(), plan, fleet, since, log, first, this::onChange);
    running.put(order.service(), run);
    meters.deploying(order.service(), true);
    run.start();
    return run;
  }

  private synchronized void onChange(DeployRun run) {
    if (running.containsValue(run)) { // else somebody has seen its end already
      DeployStatus now = run.status();
      List<DeployStatus> all = look();
      if (!now.over()) {
        file.save(all);
        events.add("deploy", now);
      }
    }
  }

  /**
   * Has the deploy of a service rolled back.
   *
   * @return null when it will be, else why not
   */
  public synchronized @Nullable String abort(String service) {
    look();
    DeployRun run = running.get(service);
    if (run == null) {
      return "No deploy of service " + service + " is under way.";
    }
    return run.abort("aborted by an operator")
        ? null
        : "The deploy of service " + service + " is at its end, or rolls back already.";
  }

  /** Whether any is under way. */
  public synchronized boolean running() {
    look();
    return !running.isEmpty();
  }

  /** Those that are over, then those that run. */
  public synchronized List<DeployStatus> all() {
    return look();
  }

  /**
   * All. What is over is counted, kept and told of as ended before anybody sees it so, for a run
   * says it before it calls.
   */
  private List<DeployStatus> look() {
    List<DeployStatus> ended = new ArrayList<>();
    List<DeployStatus> still = new ArrayList<>();
    for (DeployRun run : List.copyOf(running.values())) {
      DeployStatus now = run.status();
      if (now.over()) {
        running.remove(now.service());
        meters.deploying(now.service(), false);
        meters.deployed(now.service(), now.phase());
        ended.add(now);
      } else {
        still.add(now);
      }
    }
    history.addAll(ended);
    while (history.size() > KEPT) {
      history.remove();
    }
    List<DeployStatus> all = new ArrayList<>(history);
    all.addAll(still);
    if (!ended.isEmpty()) {
      file.save(all);
      ended.forEach(one -> events.add("deploy", one));
    }
    return all;
  }

  /** Deploys again after {@link #close}, and brings to an end what that has left. */
  public synchronized void reopen() {
    if (closed) {
      closed = false;
      look().stream()
          .filter(left -> !left.over())
          .forEach(left -> takeUp(left, "the gateway drained in the middle of it"));
    }
  }

  /** Leaves all as they are; the next process rolls them back, or {@link #reopen}. */
  @Override
  public void close() {
    List<DeployRun> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(running.values());
    }
    all.forEach(DeployRun::leave);
  }
}
