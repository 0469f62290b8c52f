package io.holdfast.listen;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds a wait in which something may move: expires after one to two times its limit without a
 * sign. A sign costs a field, not a timer. Used by one event loop.
 */
final class SilenceTimer {
  private final EventLoop loop;
  private final Runnable onExpiry;
  private @Nullable Future<?> timer;
  private boolean sign;

  SilenceTimer(EventLoop loop, Runnable onExpiry) {
    this.loop = loop;
    this.onExpiry = onExpiry;
  }

  /**
   * Starts, or starts anew.
   *
   * @param limit in nanoseconds; 0 waits for ever
   */
  void start(long limit) {
    stop();
    sign = false;
    if (limit > 0) {
      timer = loop.schedule(() -> onTime(limit), limit, TimeUnit.NANOSECONDS);
    }
  }

  /** Something has moved. */
  void sign() {
    sign = true;
  }

  /** Ends the wait. */
  void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void onTime(long limit) {
    timer = null;
    if (sign) {
      start(limit);
    } else {
      onExpiry.run();
    }
  }
}
