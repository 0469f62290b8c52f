package io.holdfast.lifecycle.deploy;

import io.holdfast.balance.Tally;
import io.holdfast.lifecycle.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Does nothing but note what it is told, and fail where a test wants it to. */
final class ScriptedFleet implements Fleet {
  final List<String> calls = new CopyOnWriteArrayList<>();

  /** A call that begins so fails. */
  volatile String fails = "nothing";

  /** Why the new group gets no work; null for it does. */
  volatile @Nullable String out;

  volatile Progress.State drained = Progress.State.DONE;

  /** Open once a drain has begun that does not end. */
  final CountDownLatch draining = new CountDownLatch(1);

  private void call(String what) throws DeployFailed {
    calls.add(what);
    if (what.startsWith(fails)) {
      throw new DeployFailed(what + " fails");
    }
  }

  @Override
  public void start(String group) throws DeployFailed {
    call("start " + group);
  }

  @Override
  public void stop(String group) throws DeployFailed {
    call("stop " + group);
  }

  @Override
  public @Nullable String unwell(String group) {
    return fails.equals("unwell") ? "it is not well" : null;
  }

  @Override
  public @Nullable String out(String group) {
    return out;
  }

  @Override
  public void smoke(String group) throws DeployFailed {
    call("smoke " + group);
  }

  @Override
  public void shift(Map<String, Integer> shares, boolean keep) throws DeployFailed {
    call("shift " + new TreeMap<>(shares) + (keep ? " for good" : ""));
  }

  @Override
  public void admit(String group) throws DeployFailed {
    call("admit " + group);
  }

  @Override
  public Draining drain(String group) throws DeployFailed {
    call("drain " + group);
    Progress.State state = group.equals("blue") ? drained : Progress.State.DONE;
    draining.countDown();
    return new Draining() {
      @Override
      public Progress.Now now() {
        return new Progress.Now(state, Instant.EPOCH, 5, 5, 0, 0, 0, 0, 0, Duration.ZERO);
      }

      @Override
      public void stop() {
        calls.add("stop the drain of " + group);
      }
    };
  }

  @Override
  public Tally.Counts tally(String group) {
    return Tally.Counts.NONE;
  }

  @Override
  public int relays(String group) {
    return 0;
  }
}
