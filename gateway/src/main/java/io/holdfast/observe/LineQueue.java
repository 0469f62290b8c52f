package io.holdfast.observe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Lines on their way to an output. Callers leave entries in a bounded queue; one thread for all
 * queues makes bytes of them and writes as much as there is in one go, so that lines are whole and
 * a slow reader of the output slows down nobody else.
 */
final class LineQueue<T> {

  /** Long enough to write hundreds of entries with one system call, short enough to watch. */
  static final long MAX_LINGER_MILLIS = 20;

  private static final int MAX_WRITE = 64 * 1024;
  private static final ScheduledThreadPoolExecutor WRITER = writer();

  private final Queue<T> entries = new ConcurrentLinkedQueue<>();
  private final AtomicInteger room;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  private final Function<T, byte[]> format;
  private final OutputStream out;
  private final long lingerMillis;

  /**
   * @param format makes a line of an entry, with its line end
   * @param capacity entries that may wait
   * @param lingerMillis how long to let entries gather before they are written, at most {@link
   *     #MAX_LINGER_MILLIS}
   */
  LineQueue(Function<T, byte[]> format, OutputStream out, int capacity, long lingerMillis) {
    this.format = format;
    this.out = out;
    this.room = new AtomicInteger(capacity);
    this.lingerMillis = lingerMillis;
  }

  /** Takes an entry, or answers false if there is no room. Never blocks. */
  boolean offer(T entry) {
    if (room.decrementAndGet() < 0) {
      room.incrementAndGet();
      return false;
    }
    entries.add(entry);
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      var _ = WRITER.schedule(this::drain, lingerMillis, TimeUnit.MILLISECONDS);
    }
    return true;
  }

  /** Waits until all queues wrote what they were offered before, at most {@code millis}. */
  static void flush(long millis) {
    // The one thread works in order of due time, and nothing that was offered is due later.
    Future<?> last = WRITER.schedule(() -> {}, MAX_LINGER_MILLIS, TimeUnit.MILLISECONDS);
    try {
      last.get(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The output is stuck or gone, and there is nowhere left to say so.
    }
  }

  private void drain() {
    scheduled.set(false);
    for (T entry = entries.poll(); entry != null; entry = entries.poll()) {
      room.incrementAndGet();
      buffer.writeBytes(format.apply(entry));
      if (buffer.size() >= MAX_WRITE) {
        write();
      }
    }
    write();
  }

  private void write() {
    try {
      buffer.writeTo(out);
      out.flush();
    } catch (IOException e) {
      // A closed standard output is no reason to stop serving.
    }
    buffer.reset();
  }

  private static ScheduledThreadPoolExecutor writer() {
    ScheduledThreadPoolExecutor writer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("holdfast-log").factory());
    writer.setKeepAliveTime(10, TimeUnit.SECONDS);
    writer.allowCoreThreadTimeOut(true);
    return writer;
  }
}
