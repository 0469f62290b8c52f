package io.holdfast;

import io.holdfast.admin.AdminClient;
import io.holdfast.admin.NotNow;
import io.holdfast.admin.Successor;
import io.holdfast.control.Control;
import io.holdfast.control.Deploys;
import io.holdfast.control.StateFolder;
import io.holdfast.lifecycle.Pace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a gateway hands its place over to another process, seen from the one that leaves: it shares
 * its addresses, the other binds them and gets all new connections, and then tells this one to
 * leave, which drains and ends. Whatever goes wrong before leaves it as it was. Thread-safe.
 *
 * @see Takeover
 */
final class Handover {
  private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

  /** For the start of a process that waits itself, and less than who asked for it waits. */
  private static final long PATIENCE_SECONDS = 45;

  private final Control control;
  private final Deploys deploys;
  private final StateFolder state;
  private final AdminPlace admin;
  private final Consumer<@Nullable Pace> depart;
  private final Lock upgrading = new ReentrantLock();
  private final CompletableFuture<Integer> left = new CompletableFuture<>();
  private volatile @Nullable Launcher launcher;

  /** The process that shares the addresses; written under the lock. */
  private volatile @Nullable Long heir;

  private @Nullable Pace pace;

  /**
   * A handover of these parts.
   *
   * @param depart begins to drain and end the gateway
   */
  Handover(
      Control control,
      Deploys deploys,
      StateFolder state,
      AdminPlace admin,
      Consumer<@Nullable Pace> depart) {
    this.control = control;
    this.deploys = deploys;
    this.state = state;
    this.admin = admin;
    this.depart = depart;
  }

  void launchBy(Launcher by) {
    launcher = by;
  }

  /** Whether another process has this one's place. */
  boolean done() {
    return left.isDone();
  }

  /** Whether a process takes over just now: what begins here now would not get to its end. */
  boolean busy() {
    Long pid = heir;
    return pid != null && ProcessHandle.of(pid).isPresent();
  }

  /**
   * Lets a process have the same addresses.
   *
   * @return their ports
   * @throws NotNow while another one is at it
   */
  synchronized Set<Integer> share(long pid) throws NotNow {
    checkFree();
    if (busy() && !Long.valueOf(pid).equals(heir)) {
      throw new NotNow("Process " + heir + " is taking over already.");
    }
    heir = pid;
    LOG.info("process {} is about to take over", pid);
    return control.share(this::busy);
  }

  /**
   * Leaves: accepts nobody any more, and begins to drain.
   *
   * @return port of the admin listener from now on
   * @throws NotNow when the process was not let in before
   */
  synchronized int leave(long pid) throws NotNow {
    check();
    if (heir == null || heir != pid) {
      throw new NotNow("Process " + pid + " has not asked to share the addresses before.");
    }
    int aside;
    try {
      aside = admin.stepAside();
    } catch (IOException e) {
      throw new NotNow("The admin listener cannot be moved: " + e.getMessage());
    }
    LOG.info("process {} has taken over", pid);
    state.leave();
    control.close();
    depart.accept(pace);
    left.complete(aside);
    return aside;
  }

  private void check() throws NotNow {
    if (left.isDone()) {
      throw new NotNow("Process " + heir + " has taken over already.");
    }
    if (control.closed()) {
      throw new NotNow("The gateway drains, and ends then.");
    }
  }

  private void checkFree() throws NotNow {
    check();
    if (deploys.running()) {
      throw new NotNow("A deploy is under way; wait for its end, or abort it.");
    }
  }

  /**
   * Starts the process that takes over, and returns when it has.
   *
   * @param asked at which pace clients leave this one then; null for its own
   * @throws NotNow when it did not come to that; all is as it was then
   */
  Successor upgrade(@Nullable Pace asked) throws NotNow {
    Launcher by = launcher;
    if (by == null) {
      throw new NotNow("This gateway cannot be started anew; only one of holdfast run can.");
    }
    if (!upgrading.tryLock()) {
      throw new NotNow("An upgrade is under way already.");
    }
    try {
      synchronized (this) {
        checkFree();
        pace = asked;
      }
      InetSocketAddress address = admin.address();
      if (address == null) {
        throw new NotNow("The gateway has no admin listener.");
      }
      return await(by.start(AdminClient.url(address)));
    } catch (IOException e) {
      throw new NotNow("The new process cannot be started: " + e.getMessage());
    } finally {
      upgrading.unlock();
    }
  }

  private Successor await(Process process) throws NotNow {
    LOG.info("process {} is started, to take over", process.pid());
    try {
      CompletableFuture.anyOf(left, process.onExit()).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      // Said below.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    synchronized (this) {
      if (left.isDone()) {
        return new Successor(process.pid(), left.join());
      }
      pace = null;
      heir = null;
      if (!process.isAlive()) {
        throw new NotNow(
            "The new process has ended with exit code "
                + process.exitValue()
                + "; the gateway's log tells why. The old one goes on.");
      }
      process.destroyForcibly();
      throw new NotNow(
          "The new process has not taken over in "
              + PATIENCE_SECONDS
              + " s, and is killed. The old one goes on.");
    }
  }
}
