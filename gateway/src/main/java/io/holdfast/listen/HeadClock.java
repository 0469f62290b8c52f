package io.holdfast.listen;

import io.holdfast.model.Limits;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time that a client has for its next request: to begin one, and to end its head. No sign of
 * life prolongs it, so that a head that drips in is bounded too.
 */
final class HeadClock {
  private final EventLoop loop;
  private final Limits limits;
  private final Runnable onTimeout;
  private @Nullable Future<?> timer;

  HeadClock(EventLoop loop, Limits limits, Runnable onTimeout) {
    this.loop = loop;
    this.limits = limits;
    this.onTimeout = onTimeout;
  }

  /** The connection was accepted, or a later request has begun: its head must end in time. */
  void awaitHead() {
    start(limits.headTimeout().toNanos());
  }

  /** An answer was complete: the next request must begin in time. */
  void awaitRequest() {
    start(limits.keepAliveTimeout().toNanos());
  }

  void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void start(long nanos) {
    stop();
    if (nanos > 0) {
      timer = loop.schedule(onTimeout, nanos, TimeUnit.NANOSECONDS);
    }
  }
}
