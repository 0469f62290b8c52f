package io.holdfast.lifecycle.deploy;

import io.holdfast.balance.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One deploy, from its first phase to its last. Blocks, so run it on a virtual thread. Whatever
 * fails leads to the rollback, which does all that it can.
 */
public final class Deploy {
  private static final Logger LOG = LoggerFactory.getLogger(Deploy.class);
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
  private final Judge judge;
  private final Emptying emptying;
  private final End end;

  /** Those of the others that it has drained, and may let have clients again. */
  private final List<String> drained = new ArrayList<>();

  /** Why it is to be rolled back; null for nothing. */
  private @Nullable String aborted;

  private @Nullable Thread runner;

  /** Whether it rolls back already, or is at its end. */
  private boolean tooLate;

  /** A deploy that has not begun. */
  public Deploy(DeployPlan plan, Fleet fleet, Listener listener) {
    this.plan = plan;
    this.fleet = fleet;
    this.listener = listener;
    this.judge = new Judge(plan, fleet, listener);
    this.emptying = new Emptying(plan, fleet, listener);
    this.end = new End(plan, fleet, listener, emptying);
  }

  /**
   * Goes from {@code first} to the end. One that begins with its rollback takes all of the others
   * for drained.
   *
   * @return the last phase
   * @throws InterruptedException when it is to stop where it is, though not by {@link #abort}
   */
  public Phase run(Phase first) throws InterruptedException {
    if (first instanceof Phase.RollingBack) {
      drained.addAll(plan.others());
    }
    Phase phase = begin(first);
    while (true) {
      tell(phase);
      if (phase.over()) {
        return phase;
      }
      try {
        phase = after(phase);
      } catch (DeployFailed e) {
        phase = new Phase.RollingBack(e.why(), served(phase));
      } catch (InterruptedException e) {
        phase = new Phase.RollingBack(whyAborted(e), served(phase));
      } catch (RuntimeException e) {
        LOG.error("deploy of group {}: {} failed", plan.group(), phase.word(), e);
        phase = afterFault(phase, e);
      }
    }
  }

  /** Who cannot hear it stops nothing. */
  private void tell(Phase phase) {
    try {
      listener.onPhase(phase);
    } catch (RuntimeException e) {
      LOG.error("deploy of group {}: {} could not be told of", plan.group(), phase.word(), e);
    }
  }

  private synchronized Phase begin(Phase first) {
    runner = Thread.currentThread();
    tooLate = first instanceof Phase.RollingBack || first instanceof Phase.Stopping;
    return aborted == null || tooLate ? first : new Phase.RollingBack(aborted, false);
  }

  /** A fault of ours leads back, too, but never twice. */
  private static Phase afterFault(Phase phase, RuntimeException fault) {
    return switch (phase) {
      case Phase.RollingBack back -> new Phase.RolledBack(back.why());
      case Phase.Stopping _ -> new Phase.Done();
      default -> new Phase.RollingBack(End.unexpected(fault), served(phase));
    };
  }

  private static boolean served(Phase phase) {
    return phase instanceof Phase.Baking || phase instanceof Phase.Draining;
  }

  private synchronized String whyAborted(InterruptedException e) throws InterruptedException {
    if (aborted == null || tooLate) {
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
    if (tooLate || aborted != null) {
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
    if (aborted != null && !tooLate) {
      throw new InterruptedException(aborted);
    }
    tooLate = true;
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
      case Phase.RollingBack back -> rollBack(back);
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
    Tally.Counts before = judge.now();
    fleet.shift(plan.shares(part), false, List.of());
    listener.onNews(
        String.format(
            Locale.ROOT, "group %s gets %.0f %% of new clients", plan.group(), part * 100));
    long end = System.nanoTime() + plan.policy().bake().toNanos();
    boolean judged = judge.look(before);
    while (System.nanoTime() - end < 0 || !judged) {
      Thread.sleep(LOOK_MILLIS);
      judged = judge.look(before);
    }
    boolean last = step + 1 == plan.policy().steps().size();
    return last ? new Phase.Draining() : new Phase.Baking(step + 1);
  }

  private Phase drain() throws DeployFailed, InterruptedException {
    Tally.Counts before = judge.now();
    for (String other : plan.others()) {
      drained.add(other);
      emptying.drain(other, () -> judge.look(before));
    }
    judge.look(before);
    noMoreAborts();
    fleet.shift(plan.shares(1), true, List.of());
    return new Phase.Stopping();
  }

  private Phase stop() throws InterruptedException {
    end.stopOthers();
    return new Phase.Done();
  }

  private Phase rollBack(Phase.RollingBack back) throws InterruptedException {
    synchronized (this) {
      tooLate = true;
      if (aborted != null) {
        // Its interrupt may have met nobody who waits, and would meet the rollback now.
        Thread.interrupted();
      }
    }
    listener.onNews("rolls back: " + back.why());
    end.back(drained, back.served());
    return new Phase.RolledBack(back.why());
  }
}
