package io.holdfast.control;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Whose turn it is to change what is in force: one at a time. Reloads wait while another process
 * takes over. Thread-safe.
 */
final class ChangeLock {
  /** For how long reloads wait for a process that takes over. */
  private static final long HEIRS_TIME = TimeUnit.SECONDS.toNanos(10);

  private static final long BETWEEN_LOOKS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Lock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private BooleanSupplier heir = () -> false;

  /** Guarded by the lock. */
  private boolean over;

  /** A turn, which ends with {@link #close}. */
  @FunctionalInterface
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /** Waits for its turn. */
  Turn take() {
    lock.lock();
    return lock::unlock;
  }

  /** Waits for its turn, and for ten seconds at most until nobody is about to take over. */
  Turn takeWithoutHeir() throws InterruptedException {
    long deadline = System.nanoTime() + HEIRS_TIME;
    lock.lock();
    while (!over && heir.getAsBoolean() && System.nanoTime() - deadline < 0) {
      lock.unlock();
      TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS);
      lock.lock();
    }
    return lock::unlock;
  }

  /**
   * Names who is about to take over. To be called in a turn.
   *
   * @param present whether it still means to; asked by any thread
   */
  void expect(BooleanSupplier present) {
    heir = present;
  }

  /** Says that nothing changes any more. To be called in a turn. */
  void end() {
    over = true;
  }

  /** Says that things change again. To be called in a turn. */
  void goOn() {
    over = false;
  }

  /** Whether nothing changes any more. To be called in a turn. */
  boolean over() {
    return over;
  }
}
