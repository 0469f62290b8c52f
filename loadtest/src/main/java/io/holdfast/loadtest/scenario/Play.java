package io.holdfast.loadtest.scenario;

import io.holdfast.loadtest.wire.DialOptions;
import io.holdfast.loadtest.wire.Transport;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** Plays a scenario, or the share of it that is this process's, once. */
final class Play implements Players {
  private static final long POLL_MILLIS = 20;
  private static final long PATIENCE_MILLIS = 10_000;

  private final Course course;
  private final EventLoopGroup loops;
  private final List<Crew> crews = new ArrayList<>();
  private final CountDownLatch stop = new CountDownLatch(1);

  /**
   * For one process.
   *
   * @param run what the run is called
   * @param process from 0, of {@code processes}
   * @param threads event loops of each process
   */
  Play(
      Scenario scenario,
      DialOptions dial,
      List<InetAddress> sources,
      String run,
      int process,
      int processes,
      int threads) {
    this.course = new Course(scenario);
    Transport transport = Transport.best();
    this.loops = transport.newGroup(threads, "loadtest");
    for (int i = 0; i < threads; i++) {
      Crew.Seat seat = new Crew.Seat(run, process * threads + i, processes * threads);
      crews.add(new Crew(scenario, loops.next(), transport, dial, sources, seat));
    }
  }

  @Override
  public void play(Consumer<Second> listener) throws InterruptedException {
    long start = System.nanoTime();
    crews.forEach(crew -> crew.loop().execute(() -> crew.start(start)));
    long before = 0;
    int index = 0;
    for (long look : course.looks()) {
      boolean stopped = stop.await(look - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
      if (stopped || look == course.length()) {
        onEach(Crew::stop);
        await(Crew::missing);
        onEach(Crew::close);
        await(Crew::present);
      }
      long at = stopped ? System.nanoTime() - start : look;
      listener.accept(second(index++, before, at));
      if (stopped) {
        break;
      }
      before = look;
    }
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private void onEach(Consumer<Crew> order) throws InterruptedException {
    for (Crew crew : crews) {
      crew.loop().submit(() -> order.accept(crew)).sync();
    }
  }

  /** Until there is none left, or it takes too long. */
  private void await(ToLongFunction<Crew> left) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (sum(left) > 0 && System.nanoTime() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private Second second(int index, long before, long at) throws InterruptedException {
    Measures all = new Measures();
    long connected =
        sum(crew -> {
          Measures taken = crew.take();
          synchronized (all) {
            all.add(taken);
          }
          return crew.connected();
        });
    Course.Moment moment = course.at(before);
    return new Second(
        index,
        moment.stage(),
        at / 1e9,
        Math.max(1e-9, (at - before) / 1e9),
        course.at(at).users(),
        (int) connected,
        all,
        crews.size());
  }

  /** Asks each crew, on its own loop. */
  private long sum(ToLongFunction<Crew> question) throws InterruptedException {
    long sum = 0;
    for (Crew crew : crews) {
      sum += crew.loop().submit(() -> question.applyAsLong(crew)).sync().getNow();
    }
    return sum;
  }

  @Override
  public void stop() {
    stop.countDown();
  }
}
