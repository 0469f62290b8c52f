package io.holdfast.control;

import io.holdfast.discovery.Discovery;
import io.holdfast.discovery.Found;
import io.holdfast.tls.TlsException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up the names of backends again and again, and puts what was found into force. A backend
 * that is gone drains as one that a reload takes away.
 */
final class DiscoveryWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DiscoveryWatch.class);

  private final Discovery discovery;
  private final ChangeLock changes;
  private final InForce present;
  private final Changeover changeover;
  private final Semaphore awake = new Semaphore(0);
  private final Thread thread;

  /** Watches from {@link #start} on. */
  DiscoveryWatch(Discovery discovery, ChangeLock changes, InForce present, Changeover changeover) {
    this.discovery = discovery;
    this.changes = changes;
    this.present = present;
    this.changeover = changeover;
    this.thread = Thread.ofVirtual().name("discovery").unstarted(this::watch);
  }

  /** Looks for the first time at the end of the first interval. */
  void start() {
    thread.start();
  }

  /** Looks soon, and by what the file says now. */
  void wake() {
    awake.release();
  }

  private void watch() {
    try {
      while (true) {
        boolean _ =
            awake.tryAcquire(present.file().dns().refresh().toNanos(), TimeUnit.NANOSECONDS);
        look();
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  /** Looks now, and puts into force what was found. */
  void look() throws InterruptedException {
    try {
      discovery.lookAgain(present.file());
      takeUp();
    } catch (TlsException e) {
      LOG.error("discovery: what was found is not put into force: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("discovery: what was found cannot be put into force; all stays as it is", e);
    }
  }

  /** In a turn, so that it is what is known now: a reload may have asked for more names since. */
  private void takeUp() {
    try (ChangeLock.Turn _ = changes.take()) {
      Found found = discovery.known();
      if (!changes.over() && present.wouldChange(found)) {
        InForce.Next next = present.next(present.file(), found);
        Plan plan = Plan.between(present.snapshot(), next.routing().snapshot());
        changeover.to(next, plan);
        LOG.info("discovery: {}", String.join("; ", plan.sentences()));
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
