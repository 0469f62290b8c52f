package io.holdfast.lifecycle.deploy;

import io.holdfast.balance.Tally;
import io.holdfast.lifecycle.Progress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One deploy, from its first phase to its last. Blocks, so run it on a virtual thread. Whatever
 * fails leads to the rollback, which does all that it can.
 */
public final class Deploy {
  private static final long LOOK_MILLIS = 100;

  /** Hears how it goes, on its thread. */
  public interface Listener {
    /** It is in another phase. */
    void onPhase(Phase phase);

    /** Something that people want to know. */
    void onNews(String line);

    /** How its present phase stands, in words; often. */
    void onDetail(String detail);
  }

  private final DeployPlan plan;
  private final Fleet fleet;
  private final Listener listener;
  private final Tally.Counts othersBefore;

  /** Why it is to be rolled back; null for nothing. */
  private @Nullable String aborted;

  private @Nullable Thread runner;
  private boolean rollingBack;

  /** A deploy that has not begun. */
  public Deploy(DeployPlan plan, Fleet fleet, Listener listener) {
    this.plan = plan;
    this.fleet = fleet;
    this.listener = listener;
    this.othersBefore = others();
  }

  /**
   * Goes from {@code first} to the end.
   *
   * @return the last phase
   * @throws InterruptedException when it is to stop where it is, though not by {@link #abort}
   */
  public Phase run(Phase first) throws InterruptedException {
    synchronized (this) {
      runner = Thread.currentThread();
    }
    Phase phase = first;
    while (true) {
      listener.onPhase(phase);
      if (phase.over()) {
        return phase;
      }
      try {
        phase = after(phase);
      } catch (DeployFailed e) {
        phase = new Phase.RollingBack(e.why());
      } catch (InterruptedException e) {
        phase = new Phase.RollingBack(whyAborted(e));
      }
    }
  }

  private synchronized String whyAborted(InterruptedException e) throws InterruptedException {
    if (aborted == null || rollingBack) {
      throw e;
    }
    return aborted;
  }

  /**
   * Has it rolled back, unless it is at its end, or on its way back already.
   *
   * @return whether it will be
   */
  public synchronized boolean abort(String why) {
    if (rollingBack || aborted != null) {
      return false;
    }
    aborted = why;
    if (runner != null) {
      runner.interrupt();
    }
    return true;
  }

  /** From here on {@link #abort} comes too late. */
  private synchronized void noMoreAborts() throws InterruptedException {
    if (aborted != null && !rollingBack) {
      throw new InterruptedException(aborted);
    }
    rollingBack = true;
  }

  private Phase after(Phase phase) throws DeployFailed, InterruptedException {
    return switch (phase) {
      case Phase.Starting _ -> {
        fleet.start(plan.group());
        yield new Phase.Waiting();
      }
      case Phase.Waiting _ -> waiting();
      case Phase.Smoking _ -> {
        fleet.smoke(plan.group());
        fleet.admit(plan.group());
        yield new Phase.Baking(0);
      }
      case Phase.Baking baking -> bake(baking.step());
      case Phase.Draining _ -> drain();
      case Phase.Stopping _ -> stop();
      case Phase.RollingBack back -> rollBack(back.why());
      case Phase.Done _, Phase.RolledBack _ -> phase;
    };
  }

  private Phase waiting() throws DeployFailed, InterruptedException {
    long end = System.nanoTime() + plan.policy().timeout().toNanos();
    String unwell = fleet.unwell(plan.group());
    while (unwell != null) {
      if (System.nanoTime() - end >= 0) {
        throw new DeployFailed(
            "group "
                + plan.group()
                + " is not well after "
                + plan.policy().timeout().toSeconds()
                + " s: "
                + unwell);
      }
      listener.onDetail(unwell);
      Thread.sleep(LOOK_MILLIS);
      unwell = fleet.unwell(plan.group());
    }
    return new Phase.Smoking();
  }

  private Phase bake(int step) throws DeployFailed, InterruptedException {
    double part = plan.policy().steps().get(step);
    Tally.Counts before = fleet.tally(plan.group());
    fleet.shift(plan.shares(part), false);
    listener.onNews(
        String.format(
            Locale.ROOT, "group %s gets %.0f %% of new clients", plan.group(), part * 100));
    long end = System.nanoTime() + plan.policy().bake().toNanos();
    Comparison seen = look(before);
    while (System.nanoTime() - end < 0 || !seen.judges(plan.policy().verify())) {
      Thread.sleep(LOOK_MILLIS);
      seen = look(before);
    }
    boolean last = step + 1 == plan.policy().steps().size();
    return last ? new Phase.Draining() : new Phase.Baking(step + 1);
  }

  /** Fails when the group is worse than the others, as far as that can be said. */
  private Comparison look(Tally.Counts before) throws DeployFailed {
    String out = fleet.out(plan.group());
    if (out != null) {
      throw new DeployFailed(out);
    }
    int relays = plan.others().stream().mapToInt(fleet::relays).sum();
    Comparison seen =
        new Comparison(
            fleet.tally(plan.group()).minus(before),
            fleet.relays(plan.group()),
            others().minus(othersBefore),
            relays);
    int least = plan.policy().verify().minSamples();
    listener.onDetail(
        seen.own().handshakes()
            + (least > seen.own().handshakes()
                ? " handshakes, and waits for " + least
                : " handshakes"));
    String worse = seen.judges(plan.policy().verify()) ? seen.worse(plan.policy().verify()) : null;
    if (worse != null) {
      throw new DeployFailed("group " + plan.group() + " does worse: " + worse);
    }
    return seen;
  }

  private Tally.Counts others() {
    return plan.others().stream().map(fleet::tally).reduce(Tally.Counts.NONE, Tally.Counts::plus);
  }

  private Phase drain() throws DeployFailed, InterruptedException {
    Tally.Counts before = fleet.tally(plan.group());
    List<Fleet.Draining> drains = new ArrayList<>();
    try {
      for (String other : plan.others()) {
        Fleet.Draining draining = fleet.drain(other);
        drains.add(draining);
        while (running(draining)) {
          look(before);
          tell(other, draining.now());
          Thread.sleep(LOOK_MILLIS);
        }
        sum(other, draining.now());
      }
      look(before);
    } catch (DeployFailed | InterruptedException e) {
      drains.forEach(Fleet.Draining::stop);
      throw e;
    }
    noMoreAborts();
    fleet.shift(plan.shares(1), true);
    return new Phase.Stopping();
  }

  private static boolean running(Fleet.Draining draining) {
    return draining.now().state() == Progress.State.RUNNING;
  }

  private void tell(String group, Progress.Now now) {
    listener.onDetail(
        String.format(
            Locale.ROOT,
            "%d of %d relays to go at group %s, %.0f s",
            now.toGo(),
            now.found(),
            group,
            now.timeToGo().toMillis() / 1e3));
  }

  private void sum(String group, Progress.Now now) throws DeployFailed {
    String line =
        String.format(
            Locale.ROOT,
            "group %s: %d relays moved, %d ended, %d gone by themselves, %d left",
            group,
            now.moved(),
            now.ended(),
            now.gone(),
            now.left());
    if (now.state() != Progress.State.DONE) {
      throw new DeployFailed("the drain of group " + group + " was stopped");
    }
    listener.onNews(line);
  }

  private Phase stop() throws InterruptedException {
    for (String other : plan.others()) {
      int left = fleet.relays(other);
      if (left > 0) {
        listener.onNews("group " + other + " is not stopped: it still has " + left + " relays");
      } else {
        tryTo(() -> fleet.stop(other));
      }
    }
    return new Phase.Done();
  }

  private Phase rollBack(String why) throws InterruptedException {
    synchronized (this) {
      rollingBack = true;
    }
    listener.onNews("rolls back: " + why);
    // In this order, for a relay that is lost meanwhile finds a refuge only at what still drains.
    tryTo(() -> fleet.shift(plan.before(), true));
    Iterator<String> others = plan.others().iterator();
    while (others.hasNext()) {
      String other = others.next();
      tryTo(() -> fleet.admit(other));
    }
    if (plan.before().getOrDefault(plan.group(), 0) == 0) {
      tryTo(this::empty);
      tryTo(() -> fleet.stop(plan.group()));
    }
    return new Phase.RolledBack(why);
  }

  /** Takes from the new group what it has got. */
  private void empty() throws DeployFailed, InterruptedException {
    Fleet.Draining draining = fleet.drain(plan.group());
    while (running(draining)) {
      tell(plan.group(), draining.now());
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    sum(plan.group(), draining.now());
  }

  private interface Part {
    void run() throws DeployFailed, InterruptedException;
  }

  /** What fails here must not keep the rest from being done. */
  private void tryTo(Part part) throws InterruptedException {
    try {
      part.run();
    } catch (DeployFailed e) {
      listener.onNews(e.why());
    }
  }
}
