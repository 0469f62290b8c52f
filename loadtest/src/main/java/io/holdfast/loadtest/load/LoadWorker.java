package io.holdfast.loadtest.load;

import io.holdfast.loadtest.wire.DialFailure;
import io.holdfast.loadtest.wire.DialListener;
import io.holdfast.loadtest.wire.Dialer;
import io.holdfast.loadtest.wire.MaskKeys;
import io.holdfast.loadtest.wire.Opcode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpResponse;
import java.net.InetAddress;
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
  private static final int MAX_DIALING = 256;

  /** What the progress line shows, as of some hundredth of a second ago. */
  record Progress(
      int open,
      int pending,
      long failed,
      long sent,
      long echoed,
      long bytes,
      long bad,
      long outstanding) {

    static final Progress NONE = new Progress(0, 0, 0, 0, 0, 0, 0, 0);

    Progress plus(Progress other) {
      return new Progress(
          open + other.open,
          pending + other.pending,
          failed + other.failed,
          sent + other.sent,
          echoed + other.echoed,
          bytes + other.bytes,
          bad + other.bad,
          outstanding + other.outstanding);
    }
  }

  private final LoadOptions options;
  private final EventLoop loop;
  private final Dialer dialer;
  private final Payload payload;
  private final MaskKeys keys = new MaskKeys();
  private final int opcode;
  private final int firstId;
  private final Set<LoadConnection> open = new LinkedHashSet<>();
  private final Tally tally = new Tally();
  private @Nullable Pacer pacer;
  private int dialing;
  private int toOpen;
  private int openedSoFar;
  private long rampStart;
  private long outstanding;
  private int nextId;
  private boolean sending;
  private boolean closing;
  private boolean measuring;
  private long windowStart;
  private long watchDue;
  private volatile Progress progress = Progress.NONE;

  LoadWorker(LoadOptions options, EventLoop loop, Dialer dialer, int index) {
    this.options = options;
    this.loop = loop;
    this.dialer = dialer;
    this.payload = new Payload(options.size(), options.text());
    this.opcode = options.text() ? Opcode.TEXT : Opcode.BINARY;
    this.firstId = index;
    this.nextId = index;
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
    openMore();
    publish();
    watch();
  }

  void publish() {
    progress =
        new Progress(
            open.size(),
            toOpen + dialing,
            tally.failed,
            tally.sent,
            tally.echoed,
            tally.bytesEchoed,
            tally.mismatched + tally.outOfOrder + tally.duplicated + tally.lost,
            outstanding);
  }

  /** Opens this worker's share of the connections, at its share of the pace. */
  void open(int count) {
    toOpen = count;
    rampStart = System.nanoTime();
    watch();
    openMore();
    publish();
  }

  private void openMore() {
    double share = options.ramp() / options.threads();
    double allowed = share * (System.nanoTime() - rampStart) / 1e9 + 1;
    while (toOpen > 0 && dialing < MAX_DIALING && (share <= 0 || openedSoFar < allowed)) {
      toOpen--;
      openedSoFar++;
      dial();
    }
  }

  void addOutstanding(long messages) {
    outstanding += messages;
  }

  private void dial() {
    dialing++;
    tally.asked++;
    int id = nextId;
    nextId += options.threads();
    List<InetAddress> sources = options.sources();
    InetAddress source = sources.isEmpty() ? null : sources.get(id % sources.size());
    long start = System.nanoTime();
    dialer.dial(
        loop,
        source,
        new DialListener() {
          @Override
          public ChannelHandler opened(Channel channel, HttpResponse response) {
            tally.opened++;
            tally.handshake(System.nanoTime() - start);
            return new LoadConnection(LoadWorker.this, channel, id);
          }

          @Override
          public void failed(DialFailure failure) {
            dialing--;
            tally.failed++;
            Tally.count(tally.failures, failure.kind());
            openMore();
          }
        });
  }

  /** A connection can send; or it has already {@code ended}. */
  void connectionOpened(LoadConnection connection, boolean ended) {
    dialing--;
    openMore();
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
        dial();
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
