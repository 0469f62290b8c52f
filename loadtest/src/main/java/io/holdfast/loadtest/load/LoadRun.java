package io.holdfast.loadtest.load;

import io.holdfast.loadtest.wire.Dialer;
import io.holdfast.loadtest.wire.Transport;
import io.netty.channel.EventLoopGroup;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One load test, from the first connection to the report. */
public final class LoadRun {
  private static final long POLL_MILLIS = 20;
  private static final long SHOW_NANOS = 200_000_000;

  private final LoadOptions options;
  private final ProgressLine line;
  private final List<LoadWorker> workers = new ArrayList<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private long shownAt;
  private long shownEchoes;

  public LoadRun(LoadOptions options, ProgressLine line) {
    this.options = options;
    this.line = line;
  }

  /** Runs all phases; blocks. */
  public LoadReport run() throws InterruptedException {
    Transport transport = Transport.best();
    EventLoopGroup group = transport.newGroup(options.threads(), "loadtest");
    try {
      Dialer dialer = new Dialer(transport, options.dial());
      for (int i = 0; i < options.threads(); i++) {
        workers.add(new LoadWorker(options, group.next(), dialer, i));
      }
      return phases();
    } finally {
      group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private LoadReport phases() throws InterruptedException {
    open();
    onEach(LoadWorker::start);
    hold("warm up", options.warmup());
    Processes processes = new Processes(options.cpuOf());
    mark(processes); // The first one loads classes, which is not to be measured.
    onEach(LoadWorker::beginWindow);
    Mark begin = mark(processes);
    hold("measure", options.duration());
    onEach(LoadWorker::stop);
    Mark end = mark(processes);
    await("drain", options.drain(), () -> progress().outstanding() <= 0);
    hold("hold", options.hold());
    onEach(LoadWorker::close);
    await("close", options.drain(), () -> progress().open() + progress().pending() == 0);
    onEach(LoadWorker::giveUp);
    await("close", Duration.ofSeconds(1), () -> progress().open() == 0);
    Tally total = new Tally();
    onEach(worker -> total.add(worker.tally()));
    return LoadReport.of(options, total, begin, end);
  }

  private Mark mark(Processes processes) {
    return new Mark(progress(), System.nanoTime(), cpuNanos(), processes.cpu());
  }

  /** Ends the measurement now; the run goes on to drain, close and report. From any thread. */
  public void stop() {
    stop.countDown();
  }

  private void open() throws InterruptedException {
    int threads = options.threads();
    for (int i = 0; i < threads; i++) {
      LoadWorker worker = workers.get(i);
      int share = options.connections() / threads + (i < options.connections() % threads ? 1 : 0);
      worker.loop().submit(() -> worker.open(share)).sync();
    }
    while (progress().pending() > 0 && !stop.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
      Progress now = progress();
      show("open", 1 - (double) now.pending() / options.connections());
    }
  }

  private void hold(String phase, Duration time) throws InterruptedException {
    long start = System.nanoTime();
    long length = time.toNanos();
    while (progress().open() + progress().pending() > 0) {
      long left = length - (System.nanoTime() - start);
      if (left <= 0
          || stop.await(
              Math.min(left, TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS)), TimeUnit.NANOSECONDS)) {
        return;
      }
      show(phase, 1 - (double) left / length);
    }
  }

  private void await(String phase, Duration bound, BooleanSupplier done)
      throws InterruptedException {
    long start = System.nanoTime();
    while (!done.getAsBoolean() && System.nanoTime() - start < bound.toNanos()) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      show(phase, (System.nanoTime() - start) / (double) bound.toNanos());
    }
  }

  private void show(String phase, double done) {
    long now = System.nanoTime();
    if (now - shownAt < SHOW_NANOS) {
      return;
    }
    Progress progress = progress();
    double rate = (progress.echoed() - shownEchoes) * 1e9 / Math.max(1, now - shownAt);
    line.show(
        new ProgressLine.State(
            phase,
            Math.clamp(done, 0, 1),
            progress.open(),
            shownAt == 0 ? 0 : rate,
            progress.failed() + progress.bad()));
    shownAt = now;
    shownEchoes = progress.echoed();
  }

  private Progress progress() {
    return workers.stream().map(LoadWorker::progress).reduce(Progress.NONE, Progress::plus);
  }

  private void onEach(Consumer<LoadWorker> action) throws InterruptedException {
    for (LoadWorker worker : workers) {
      worker
          .loop()
          .submit(() -> {
            action.accept(worker);
            worker.publish();
          })
          .sync();
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getProcessCpuTime();
  }
}
