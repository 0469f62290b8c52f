package io.holdfast.health;

import io.holdfast.model.Backend;
import io.holdfast.upstream.BackendConnection;
import io.holdfast.upstream.Connector;
import io.holdfast.upstream.Upstream;
import java.time.Duration;
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
  private final Duration timeout;
  private final Conversation conversation;
  private final Consumer<@Nullable String> result;
  private @Nullable BackendConnection connection;
  private @Nullable Future<?> timer;
  private boolean over;

  /** What it is waiting for, in words. */
  private String awaited = "connection";

  /** What is said over the connection. */
  @FunctionalInterface
  interface Conversation {
    /** Begins; it must end with {@link #succeed} or {@link #fail}. */
    void begin(ProbeRun run, BackendConnection connection);
  }

  /**
   * One that has not begun.
   *
   * @param timeout from {@link #start} to the end
   * @param result hears of the end: null, or what went wrong in a few words
   */
  ProbeRun(
      Prober prober,
      Upstream upstream,
      Backend backend,
      Duration timeout,
      Conversation conversation,
      Consumer<@Nullable String> result) {
    this.prober = prober;
    this.upstream = upstream;
    this.backend = backend;
    this.timeout = timeout;
    this.conversation = conversation;
    this.result = result;
  }

  void start() {
    timer =
        prober
            .loop()
            .schedule(
                () -> fail("no " + awaited + " in " + timeout.toMillis() + " ms"),
                timeout.toNanos(),
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
    conversation.begin(this, to);
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
