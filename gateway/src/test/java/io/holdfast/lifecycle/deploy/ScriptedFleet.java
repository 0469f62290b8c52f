package io.holdfast.lifecycle.deploy;

import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.LiveBackends;
import io.holdfast.balance.Tally;
import io.holdfast.lifecycle.Progress;
import io.holdfast.model.Backend;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does nothing but note what it is told, and fail where a test wants it to. */
final class ScriptedFleet implements Fleet {
  final List<String> calls = new CopyOnWriteArrayList<>();

  /** A call that begins so fails. */
  volatile String fails = "nothing";

  /** How {@link #fails} does: as a deploy may, or by a fault of ours. */
  volatile boolean faulty;

  /** Called with each call, before it is noted. */
  volatile Consumer<String> onCall = _ -> {};

  /** What is under way at each group; those that are not here have nothing. */
  final Map<String, AtomicInteger> loads = new ConcurrentHashMap<>();

  /** Notes what groups do for clients. */
  private final LiveBackends live = new LiveBackends();

  /** Why the new group gets no work; null for it does. */
  volatile @Nullable String out;

  /** Why the new group must keep its clients; null when it need not. */
  volatile @Nullable String needed;

  /** Those none of whose backends answers. */
  final Set<String> dead = new CopyOnWriteArraySet<>();

  volatile Progress.State drained = Progress.State.DONE;

  /** The drain of this group takes a moment, so that who waits for it sleeps. */
  volatile String slowToEmpty = "none";

  /** Open once a drain has begun that does not end. */
  final CountDownLatch draining = new CountDownLatch(1);

  private void call(String what) throws DeployFailed {
    onCall.accept(what);
    calls.add(what);
    if (what.startsWith(fails)) {
      if (faulty) {
        throw new IllegalStateException(what + " fails");
      }
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
  public void shift(Map<String, Integer> shares, boolean keep, List<String> admitted)
      throws DeployFailed {
    call("shift " + new TreeMap<>(shares) + (keep ? " for good" : ""));
  }

  @Override
  public void admit(String group) throws DeployFailed {
    call("admit " + group);
  }

  @Override
  public Draining drain(String group) throws DeployFailed {
    call("drain " + group);
    return taking(group);
  }

  @Override
  public Draining spread(String group) throws DeployFailed {
    call("spread " + group);
    return taking(group);
  }

  private Draining taking(String group) {
    Progress.State state = group.equals("blue") ? drained : Progress.State.DONE;
    AtomicInteger looks = new AtomicInteger(group.equals(slowToEmpty) ? 2 : 0);
    draining.countDown();
    return new Draining() {
      @Override
      public Progress.Now now() {
        Progress.State now = looks.getAndDecrement() > 0 ? Progress.State.RUNNING : state;
        return new Progress.Now(now, Instant.EPOCH, 5, 5, 0, 0, 0, 0, Map.of(), Duration.ZERO);
      }

      @Override
      public void stop() {
        calls.add("stop the drain of " + group);
      }
    };
  }

  @Override
  public boolean serves(String group) {
    return !dead.contains(group);
  }

  @Override
  public @Nullable String needed(String group) {
    return needed;
  }

  @Override
  public Tally.Counts tally(String group) {
    return backend(group).tally().counts();
  }

  @Override
  public int relays(String group) {
    return 0;
  }

  @Override
  public int load(String group) {
    AtomicInteger load = loads.get(group);
    return load == null ? 0 : load.get();
  }

  /** The only backend of a group. */
  LiveBackend backend(String group) {
    return live.of("chat", new Backend(false, group, 80, "", 1, group));
  }
}
