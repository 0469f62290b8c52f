package io.holdfast.health;

import io.holdfast.model.Backend;
import io.holdfast.model.Probe;
import io.holdfast.upstream.BackendConnection;
import io.holdfast.upstream.Connector;
import io.holdfast.upstream.Upstream;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One probe under way: ends once, at its timeout at the latest. Used by one event loop. */
final class ProbeRun {
  private final Prober prober;
  private final Upstream upstream;
  private final Backend backend;
  private final Probe policy;
  private final Consumer<@Nullable String> result;
  private @Nullable BackendConnection connection;
  private @Nullable Future<?> timer;
  private boolean over;

  /** What it is waiting for, in words. */
  private String awaited = "connection";

  ProbeRun(
      Prober prober,
      Upstream upstream,
      Backend backend,
      Probe policy,
      Consumer<@Nullable String> result) {
    this.prober = prober;
    this.upstream = upstream;
    this.backend = backend;
    this.policy = policy;
    this.result = result;
  }

  void start() {
    timer =
        prober
            .loop()
            .schedule(
                () -> fail("no " + awaited + " in " + policy.timeout().toMillis() + " ms"),
                policy.timeout().toNanos(),
                TimeUnit.NANOSECONDS);
    prober.connector().connect(upstream, backend, 0, this::onConnected);
  }

  private void onConnected(Connector.Result connected) {
    if (connected instanceof Connector.Result.Failed failed) {
      fail(
          failed.failure().kind().name().toLowerCase(Locale.ROOT)
              + ", "
              + failed.failure().detail());
      return;
    }
    BackendConnection to = ((Connector.Result.Connected) connected).connection();
    prober.open().add(to.channel());
    if (over) {
      to.close();
      return;
    }
    connection = to;
    Probe.Check check = policy.check();
    if (check instanceof Probe.Http http) {
      new HttpProbe(this, to, http).start();
    } else if (check instanceof Probe.WebSocket webSocket) {
      new WebSocketProbe(this, to, webSocket).start();
    } else {
      succeed();
    }
  }

  Backend backend() {
    return backend;
  }

  /** Waits for something else; {@code what} is it in words. */
  void await(String what) {
    awaited = what;
  }

  /** The backend is well. */
  void succeed() {
    end(null);
  }

  /** The backend is not well. */
  void fail(String why) {
    end(why);
  }

  /** Nobody wants to know any more. */
  void cancel() {
    over = true;
    drop();
  }

  private void end(@Nullable String failure) {
    if (!over) {
      over = true;
      drop();
      result.accept(failure);
    }
  }

  private void drop() {
    if (timer != null) {
      timer.cancel(false);
    }
    if (connection != null) {
      connection.close();
    }
  }
}
