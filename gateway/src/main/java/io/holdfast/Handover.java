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
import java.util.function.Supplier;
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

  /** Nobody takes that long to take over; an id may also be that of another process by then. */
  private static final long HEIRS_TIME = TimeUnit.SECONDS.toNanos(60);

  private final Control control;
  private final Deploys deploys;
  private final StateFolder state;
  private final AdminPlace admin;
  private final Ending ending;
  private final Lock upgrading = new ReentrantLock();
  private final CompletableFuture<Successor> left = new CompletableFuture<>();
  private volatile @Nullable Launcher launcher;

  /**
   * The process that may have the addresses, and since when.
   *
   * @param since of {@link System#nanoTime()}
   */
  private record Heir(long pid, long since) {}

  /** Written under the lock. */
  private volatile @Nullable Heir heir;

  private @Nullable Pace pace;

  /** A handover of these parts. */
  Handover(Control control, Deploys deploys, StateFolder state, AdminPlace admin, Ending ending) {
    this.control = control;
    this.deploys = deploys;
    this.state = state;
    this.admin = admin;
    this.ending = ending;
  }

  void launchBy(Launcher by) {
    launcher = by;
  }

  /** Whether a process takes over just now: what begins here now would not get to its end. */
  boolean busy() {
    Heir present = heir;
    return present != null
        && System.nanoTime() - present.since < HEIRS_TIME
        && ProcessHandle.of(present.pid).isPresent();
  }

  /** What {@code action} gives, or {@code busy} while a process takes over. */
  synchronized <T> T unlessBusy(T busy, Supplier<T> action) {
    return busy() ? busy : action.get();
  }

  /**
   * Lets a process have the same addresses.
   *
   * @return them
   * @throws NotNow while another one is at it
   */
  synchronized Set<String> share(long pid) throws NotNow {
    Heir present = heir;
    checkFree(present != null && present.pid == pid);
    heir = new Heir(pid, System.nanoTime());
    LOG.info("process {} is about to take over", pid);
    return control.share(this::busy);
  }

  /**
   * Leaves: accepts nobody any more, and begins to drain. A gateway that drains already leaves too.
   *
   * @return port of the admin listener from now on; 0 when there is none
   * @throws NotNow when the process was not let in before
   */
  synchronized int leave(long pid) throws NotNow {
    Heir present = heir;
    if (present == null || present.pid != pid) {
      throw new NotNow("Process " + pid + " has not asked to share the addresses before.");
    }
    if (!left.isDone()) {
      LOG.info("process {} has taken over", pid);
      int aside = admin.stepAside();
      state.leave();
      control.close();
      left.complete(new Successor(pid, aside));
      ending.leave(pace);
      admin.letGo();
    }
    return left.join().asidePort();
  }

  private void checkFree(boolean again) throws NotNow {
    if (control.closed()) {
      throw new NotNow("The gateway drains, and ends then.");
    }
    if (busy() && !again) {
      throw new NotNow("Another process takes over already.");
    }
    if (deploys.running()) {
      throw new NotNow("A deploy is under way; wait for its end, or abort it.");
    }
  }

  /**
   * Stays after all: takes back an operator's drain of the gateway.
   *
   * @throws NotNow when that cannot be, as while a process takes over
   */
  synchronized void stay() throws NotNow {
    if (!left.isDone() && busy()) {
      throw new NotNow("Another process takes over just now; ask in a moment.");
    }
    ending.cancel();
  }

  /**
   * Starts the process that takes over, and returns when it has.
   *
   * @param asked at which pace clients leave this one then; null for its own
   * @throws NotNow when it did not come to that; this one goes on then
   */
  Successor upgrade(@Nullable Pace asked) throws NotNow {
    Launcher by = launcher;
    InetSocketAddress address = admin.address();
    if (by == null || address == null) {
      throw new NotNow("This gateway cannot be started anew; only one of holdfast run can.");
    }
    if (!upgrading.tryLock()) {
      throw new NotNow("An upgrade is under way already.");
    }
    try {
      Process process;
      synchronized (this) {
        checkFree(false);
        process = by.start(AdminClient.url(address));
        pace = asked;
      }
      LOG.info("process {} is started, to take over", process.pid());
      return await(process);
    } catch (IOException e) {
      throw new NotNow("The new process cannot be started: " + e.getMessage());
    } finally {
      upgrading.unlock();
    }
  }

  private Successor await(Process process) throws NotNow {
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
        return left.join();
      }
      Heir present = heir;
      boolean bound = present != null && present.pid == process.pid();
      if (process.isAlive() && bound) {
        // It may have all new clients by now, and still tell this one to leave.
        throw new NotNow("Process " + process.pid() + " is slow to take over; see the log.");
      }
      pace = null;
      if (bound) {
        heir = null;
      }
      if (!process.isAlive()) {
        throw new NotNow(
            "The new process has ended with exit code "
                + process.exitValue()
                + "; the gateway's log tells why. The old one goes on.");
      }
      process.destroyForcibly();
      throw new NotNow("The new process does not come up, and is killed. The old one goes on.");
    }
  }
}
