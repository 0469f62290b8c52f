package io.holdfast;

import io.holdfast.admin.AdminServer;
import io.holdfast.admin.GatewayControl;
import io.holdfast.model.Admin;
import io.holdfast.observe.Meters;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the admin listener is: at the address of the configuration, until another process takes
 * that over. Thread-safe.
 */
final class AdminPlace implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AdminPlace.class);

  /** The process before answers its last calls before it lets go of the address. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

  private static final long BETWEEN_TRIES_MILLIS = 20;

  private final GatewayControl control;
  private final Meters meters;
  private @Nullable Admin config;
  private @Nullable AdminServer server;

  /** At the address that another process is to have. */
  private @Nullable AdminServer before;

  private boolean closed;

  AdminPlace(GatewayControl control, Meters meters) {
    this.control = control;
    this.meters = meters;
  }

  /**
   * Binds the address, if that is wanted.
   *
   * @throws IOException if it cannot be bound
   * @throws IllegalArgumentException as of {@link AdminServer#bind}
   */
  synchronized void bind(Admin admin) throws IOException {
    config = admin;
    if (admin.enabled()) {
      server = AdminServer.bind(admin, control, meters);
    }
  }

  /** Answers where it is bound, if it is. */
  synchronized void answer() {
    if (server != null) {
      server.answer();
    }
  }

  /**
   * Takes the address over from a process that is about to leave it. Clients are here already, so
   * the gateway goes on without it when that takes too long, and comes back to it.
   */
  void takeOver(Admin admin) throws InterruptedException {
    synchronized (this) {
      // A reload may have said otherwise already.
      config = config == null ? admin : config;
    }
    long deadline = System.nanoTime() + PATIENCE;
    String failure = tried();
    while (failure != null && System.nanoTime() - deadline < 0) {
      TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIES_MILLIS);
      failure = tried();
    }
    if (failure != null) {
      LOG.error("{} The gateway goes on without, and tries again.", failure);
      Thread.ofVirtual().name("admin-later").start(this::tryOn);
    }
  }

  private void tryOn() {
    try {
      while (tried() != null) {
        TimeUnit.SECONDS.sleep(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Opens as it is configured by now; why that failed, or null. */
  private synchronized @Nullable String tried() {
    try {
      Admin admin = config;
      if (!closed && admin != null) {
        bind(admin);
        answer();
      }
      return null;
    } catch (IOException | IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  /** Takes up what a reload may change. */
  synchronized void change(Admin admin) {
    config = admin;
    if (server != null) {
      server.change(admin);
    }
  }

  /**
   * Answers at any free port of the same host, too.
   *
   * @return that port; 0 when there is none
   */
  synchronized int stepAside() {
    before = server;
    if (before == null) {
      return 0;
    }
    try {
      AdminServer aside = AdminServer.start(before.elsewhere(), control, meters);
      server = aside;
      LOG.info("the admin listener is at port {} from now on", aside.address().getPort());
      return aside.address().getPort();
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("there is no admin listener from now on: {}", e.getMessage());
      server = null;
      return 0;
    }
  }

  /** Leaves the address to another process; calls that are under way are answered. */
  synchronized void letGo() {
    AdminServer left = before;
    if (left != null) {
      Thread.ofVirtual().name("admin-before").start(left::leave);
    }
  }

  /** Its address; null when there is none. */
  synchronized @Nullable InetSocketAddress address() {
    return server == null ? null : server.address();
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (server != null) {
      server.close();
    }
  }
}
