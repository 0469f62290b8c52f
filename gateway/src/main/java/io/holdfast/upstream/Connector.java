package io.holdfast.upstream;

import io.holdfast.model.Backend;
import io.netty.channel.EventLoop;
import java.util.function.Consumer;

/** Finds a connection to a backend for one event loop: an idle one, or a new one. */
public final class Connector {
  private final EventLoop loop;
  private final HttpPool pool;
  private final Dialer dialer;

  /** A connector that takes from {@code pool}, which belongs to {@code loop}, or dials. */
  public Connector(EventLoop loop, HttpPool pool, Dialer dialer) {
    this.loop = loop;
    this.pool = pool;
    this.dialer = dialer;
  }

  /** What came of it. */
  public sealed interface Result {
    /** A connection that can be sent over. */
    record Connected(BackendConnection connection) implements Result {}

    /** No connection. */
    record Failed(UpstreamFailure failure) implements Result {}
  }

  /**
   * Connects to {@code backend}. The result comes at once where a pooled connection is there, else
   * later.
   *
   * @param maxIdle nanoseconds that a pooled connection may have been idle; 0 takes new ones only
   */
  public void connect(Upstream upstream, Backend backend, long maxIdle, Consumer<Result> result) {
    BackendConnection idle = maxIdle == 0 ? null : pool.take(upstream, backend.address(), maxIdle);
    if (idle != null) {
      result.accept(new Result.Connected(idle));
      return;
    }
    dialer.dial(
        loop,
        upstream,
        backend,
        dialled ->
            result.accept(
                switch (dialled) {
                  case Dialer.Result.Failed failed -> new Result.Failed(failed.failure());
                  case Dialer.Result.Connected connected ->
                      new Result.Connected(
                          new BackendConnection(connected.channel(), upstream, backend.address()));
                }));
  }
}
