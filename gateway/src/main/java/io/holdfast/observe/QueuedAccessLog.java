package io.holdfast.observe;

import io.holdfast.model.Logs;
import java.io.OutputStream;
import java.util.function.Supplier;

/** Leaves entries in a bounded queue and counts those that find no room. */
final class QueuedAccessLog implements AccessLog {

  private static final int CAPACITY = 16_384;

  private final Supplier<Logs> logs;
  private final Meters meters;
  private final LineQueue<Formatted> queue;

  QueuedAccessLog(Supplier<Logs> logs, Meters meters, OutputStream out) {
    this(logs, meters, out, CAPACITY);
  }

  QueuedAccessLog(Supplier<Logs> logs, Meters meters, OutputStream out, int capacity) {
    this.logs = logs;
    this.meters = meters;
    this.queue = new LineQueue<>(Formatted::line, out, capacity, LineQueue.MAX_LINGER_MILLIS);
  }

  @Override
  public void write(AccessEntry entry) {
    switch (logs.get().access()) {
      case OFF -> {}
      case TEXT -> offer(new Formatted(entry, false));
      case JSON -> offer(new Formatted(entry, true));
    }
  }

  private void offer(Formatted formatted) {
    if (!queue.offer(formatted)) {
      meters.accessEntriesDropped(1);
    }
  }

  private record Formatted(AccessEntry entry, boolean json) {
    byte[] line() {
      return json ? AccessFormats.json(entry) : AccessFormats.text(entry);
    }
  }
}
