package io.holdfast.upstream;

import io.holdfast.model.Backend;
import io.netty.channel.EventLoop;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Finds a connection to a backend for one event loop: an idle one, or a new one. */
public final class Connector {
  private final EventLoop loop;
  private final HttpPool pool;
  private final Dialer dialer;
  private final Set<String> asking = new HashSet<>();

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
   * Connects to {@code backend}. Pooled connections to an address that its name has no more are
   * closed, so that requests in close succession do not keep them from ending. The result comes at
   * once where a pooled connection is there, else later.
   *
   * @param maxIdle nanoseconds that a pooled connection may have been idle; 0 takes new ones only
   */
  public void connect(Upstream upstream, Backend backend, long maxIdle, Consumer<Result> result) {
    if (maxIdle > 0 && pool.has(upstream, backend.address())) {
      dropLost(upstream, backend);
    }
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
                dialled instanceof Dialer.Result.Failed failed
                    ? new Result.Failed(failed.failure())
                    : new Result.Connected(
                        new BackendConnection(
                            ((Dialer.Result.Connected) dialled).channel(),
                            upstream,
                            backend.address()))));
  }

  /** Mostly done when it returns, by what is known; an answer that takes longer delays nobody. */
  private void dropLost(Upstream upstream, Backend backend) {
    if (asking.add(backend.address())) {
      dialer.locate(
          loop,
          backend,
          (found, _) -> {
            asking.remove(backend.address());
            if (!found.isEmpty()) {
              pool.retain(upstream, backend.address(), found);
            }
          });
    }
  }
}
