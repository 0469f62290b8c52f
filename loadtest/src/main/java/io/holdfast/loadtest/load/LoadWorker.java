package io.holdfast.loadtest.load;

import io.holdfast.loadtest.wire.Dialer;
import io.holdfast.loadtest.wire.MaskKeys;
import io.holdfast.loadtest.wire.Opcode;
import io.netty.channel.EventLoop;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's connections and counters. Everything but {@link #progress} happens on the loop.
 */
final class LoadWorker {
  private static final long WATCH_NANOS = 10_000_000;

  private final LoadOptions options;
  private final EventLoop loop;
  private final Payload payload;
  private final MaskKeys keys = new MaskKeys();
  private final int opcode;
  private final int firstId;
  private final Set<LoadConnection> open = new LinkedHashSet<>();
  private final Tally tally = new Tally();
  private final Opener opener;
  private @Nullable Pacer pacer;
  private long outstanding;
  private boolean sending;
  private boolean closing;
  private boolean measuring;
  private long windowStart;
  private long watchDue;
  private volatile Progress progress = Progress.NONE;

  LoadWorker(LoadOptions options, EventLoop loop, Dialer dialer, int index) {
    this.options = options;
    this.loop = loop;
    this.payload = new Payload(options.size(), options.text());
    this.opcode = options.text() ? Opcode.TEXT : Opcode.BINARY;
    this.firstId = index;
    this.opener = new Opener(this, dialer, index);
  }

  LoadOptions options() {
    return options;
  }

  Payload payload() {
    return payload;
  }

  Tally tally() {
    return tally;
  }

  EventLoop loop() {
    return loop;
  }

  int opcode() {
    return opcode;
  }

  int nextKey() {
    return keys.next();
  }

  /** From any thread. */
  Progress progress() {
    return progress;
  }

  private void watch() {
    watchDue = System.nanoTime() + WATCH_NANOS;
    loop.schedule(this::watched, WATCH_NANOS, TimeUnit.NANOSECONDS);
  }

  private void watched() {
    if (measuring) {
      tally.maxLoopDelay = Math.max(tally.maxLoopDelay, System.nanoTime() - watchDue);
    }
    opener.openMore();
    publish();
    watch();
  }

  void publish() {
    progress =
        new Progress(
            open.size(),
            opener.pending(),
            tally.failed,
            tally.sent,
            tally.echoed,
            tally.bytesEchoed,
            tally.mismatched + tally.outOfOrder + tally.duplicated + tally.lost,
            outstanding);
  }

  /** Opens this worker's share of the connections, at its share of the pace. */
  void open(int count) {
    watch();
    opener.open(count);
    publish();
  }

  void addOutstanding(long messages) {
    outstanding += messages;
  }

  /** A connection can send; or it has already {@code ended}. */
  void connectionOpened(LoadConnection connection, boolean ended) {
    opener.dialed();
    if (ended) {
      return;
    }
    open.add(connection);
    if (closing) {
      connection.close();
    } else if (sending) {
      begin(connection, System.nanoTime());
      connection.flush();
    }
  }

  void connectionEnded(LoadConnection connection, boolean asAgreed) {
    open.remove(connection);
    if (options.pace() instanceof LoadOptions.Churn && asAgreed) {
      if (sending) {
        opener.dial();
      }
    } else if (!closing) {
      tally.early++;
    }
  }

  /** Starts the load. */
  void start() {
    sending = true;
    long now = System.nanoTime();
    for (LoadConnection connection : List.copyOf(open)) {
      begin(connection, now);
      connection.flush();
    }
    if (options.pace() instanceof LoadOptions.Open(double perSecond)) {
      pacer = new Pacer(loop, open, perSecond / options.threads(), now, firstId);
      pacer.run();
    }
  }

  private void begin(LoadConnection connection, long now) {
    switch (options.pace()) {
      case LoadOptions.Closed(int inflight) -> {
        for (int i = 0; i < inflight; i++) {
          connection.due(now);
        }
      }
      case LoadOptions.Churn _ -> connection.due(now);
      case LoadOptions.Open _, LoadOptions.Idle _ -> {}
    }
  }

  /** From here on messages that become due are measured. */
  void beginWindow() {
    tally.latency.reset();
    windowStart = System.nanoTime();
    measuring = true;
  }

  /** No message becomes due any more. */
  void stop() {
    sending = false;
    measuring = false;
    if (pacer != null) {
      pacer.stop();
    }
    publish();
  }

  /** Starts every close handshake. */
  void close() {
    closing = true;
    List.copyOf(open).forEach(LoadConnection::close);
    publish();
  }

  /** Ends what is still open. */
  void giveUp() {
    List.copyOf(open).forEach(LoadConnection::giveUp);
    publish();
  }

  /** An echo came back as it should. */
  void echoed(LoadConnection connection, long due, long now) {
    tally.echoed++;
    tally.bytesEchoed += options.size();
    if (due - windowStart >= 0 && windowStart != 0) {
      tally.latency(now - due);
    }
    next(connection, now);
  }

  void wrongEcho(LoadConnection connection, EchoCheck.Verdict verdict, long now) {
    switch (verdict) {
      case MISMATCHED -> tally.mismatched++;
      case OUT_OF_ORDER -> tally.outOfOrder++;
      case DUPLICATED -> tally.duplicated++;
      case GOOD -> throw new IllegalArgumentException("a good echo is not wrong");
    }
    if (verdict != EchoCheck.Verdict.DUPLICATED) {
      next(connection, now);
    }
  }

  private void next(LoadConnection connection, long now) {
    switch (options.pace()) {
      case LoadOptions.Closed _ -> {
        if (sending) {
          connection.due(now);
        }
      }
      case LoadOptions.Churn _ -> connection.close();
      case LoadOptions.Open _, LoadOptions.Idle _ -> {}
    }
  }
}
