package io.holdfast.listen;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorChooserFactory.EventExecutorChooser;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;

/**
 * Event loops, of which a new connection gets the one with the fewest client connections: turns
 * would be as even only if all connections lived equally long. Loops that a few hot connections
 * keep much busier than others get no new ones, until they have clearly fewer.
 */
final class Loops extends MultiThreadIoEventLoopGroup {
  /** Differences in the use of a core up to this are chance. */
  private static final double MUCH_BUSIER = 0.25;

  /**
   * Connections, and an eighth more, that a busy loop may have fewer than the one that is taken.
   */
  private static final int FAR = 64;

  Loops(int count, IoHandlerFactory handlers) {
    super(count, (Executor) null, Chooser::new, handlers);
  }

  @Override
  protected IoEventLoop newChild(Executor executor, IoHandlerFactory handlers, Object... more) {
    return new Loop(this, executor, handlers);
  }

  /**
   * The index of the loop to take.
   *
   * @param first which is taken when all are alike
   * @param connections of each
   * @param busy share of a core that each uses
   */
  static int choose(int count, int first, IntUnaryOperator connections, IntToDoubleFunction busy) {
    double calmest = Double.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      calmest = Math.min(calmest, busy.applyAsDouble(i));
    }
    int best = first;
    int fewest = Integer.MAX_VALUE;
    int emptiest = first;
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      int index = (first + i) % count;
      int here = connections.applyAsInt(index);
      if (here < least) {
        emptiest = index;
        least = here;
      }
      if (here < fewest && busy.applyAsDouble(index) <= calmest + MUCH_BUSIER) {
        best = index;
        fewest = here;
      }
    }
    // Clients that all come back at once make the loop busy that they are handed to. Were it left
    // out for long, loops would take turns with thousands.
    return fewest - least > FAR + least / 8 ? emptiest : best;
  }

  private static final class Chooser implements EventExecutorChooser {
    private final Loop[] loops;
    private final AtomicInteger turn = new AtomicInteger();

    Chooser(EventExecutor[] executors) {
      loops = new Loop[executors.length];
      for (int i = 0; i < loops.length; i++) {
        loops[i] = (Loop) executors[i];
      }
    }

    @Override
    public EventExecutor next() {
      int first = Math.floorMod(turn.getAndIncrement(), loops.length);
      return loops[choose(loops.length, first, i -> loops[i].connections(), i -> loops[i].busy())];
    }
  }
}
