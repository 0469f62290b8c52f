package io.holdfast.listen;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.Choice;
import io.holdfast.balance.Lease;
import io.holdfast.balance.Waiting;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One request's wait for a place at full backends. Used by one event loop. */
final class PlaceWait {
  private final EventLoop loop;
  private final Consumer<Lease> onPlace;
  private final Runnable onTimeout;
  private @Nullable Supplier<Choice> again;
  private @Nullable Waiting waiting;
  private @Nullable Future<?> timer;
  private boolean over;

  PlaceWait(EventLoop loop, Consumer<Lease> onPlace, Runnable onTimeout) {
    this.loop = loop;
    this.onPlace = onPlace;
    this.onTimeout = onTimeout;
  }

  /**
   * Begins to wait.
   *
   * @param none what choosing has answered
   * @param again chooses once more: at once, for a place that was freed just before, and at the end
   */
  void start(Balancer balancer, Choice.None none, Lease.Kind kind, Supplier<Choice> again) {
    this.again = again;
    Waiting here = balancer.await(none, kind, lease -> loop.execute(() -> onPlace(lease)));
    waiting = here;
    if (again.get() instanceof Lease lease) {
      if (here.leave()) {
        onPlace(lease);
        return;
      }
      lease.close();
    }
    timer =
        loop.schedule(
            this::onTimeout,
            balancer.service().capacity().queueTimeout().toNanos(),
            TimeUnit.NANOSECONDS);
  }

  private void onPlace(Lease lease) {
    if (over) {
      lease.close();
      return;
    }
    cancel();
    onPlace.accept(lease);
  }

  private void onTimeout() {
    // A place that was given just now is on its way.
    if (over || waiting == null || !waiting.leave()) {
      return;
    }
    over = true;
    // The one that it had to be may be out meanwhile, and others free.
    if (again != null && again.get() instanceof Lease lease) {
      onPlace.accept(lease);
    } else {
      onTimeout.run();
    }
  }

  /** Waits no more; a place that is on its way is given back. */
  void cancel() {
    over = true;
    if (waiting != null) {
      waiting.leave();
    }
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
