package io.holdfast.loadtest.load;

import io.holdfast.loadtest.wire.Compression;
import io.holdfast.loadtest.wire.DialFailure;
import io.holdfast.loadtest.wire.DialListener;
import io.holdfast.loadtest.wire.Dialer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpResponse;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Dials a worker's connections, at its share of the pace and a bounded number at a time; on the
 * worker's event loop only.
 */
final class Opener {
  private static final int MAX_DIALING = 256;

  private final LoadWorker worker;
  private final LoadOptions options;
  private final Dialer dialer;
  private final Tally tally;
  private int toOpen;
  private int dialing;
  private int openedSoFar;
  private long rampStart;
  private int nextId;

  /**
   * An opener whose connections have the ids {@code firstId}, one per thread further, and so on.
   */
  Opener(LoadWorker worker, Dialer dialer, int firstId) {
    this.worker = worker;
    this.options = worker.options();
    this.dialer = dialer;
    this.tally = worker.tally();
    this.nextId = firstId;
  }

  /** Starts to open {@code count} connections. */
  void open(int count) {
    toOpen = count;
    rampStart = System.nanoTime();
    openMore();
  }

  /** Dials as many as the pace allows by now. */
  void openMore() {
    double share = options.ramp() / options.threads();
    double allowed = share * (System.nanoTime() - rampStart) / 1e9 + 1;
    while (toOpen > 0 && dialing < MAX_DIALING && (share <= 0 || openedSoFar < allowed)) {
      toOpen--;
      openedSoFar++;
      dial();
    }
  }

  /** Dials one more, at once. */
  void dial() {
    dialing++;
    tally.asked++;
    int id = nextId;
    nextId += options.threads();
    List<InetAddress> sources = options.sources();
    InetAddress source = sources.isEmpty() ? null : sources.get(id % sources.size());
    long start = System.nanoTime();
    dialer.dial(
        worker.loop(),
        source,
        new DialListener() {
          @Override
          public ChannelHandler opened(
              Channel channel, HttpResponse response, @Nullable Compression compression) {
            tally.opened++;
            tally.compressed += compression == null ? 0 : 1;
            tally.handshake(System.nanoTime() - start);
            return new LoadConnection(worker, channel, id, compression);
          }

          @Override
          public void failed(DialFailure failure) {
            tally.failure(failure);
            dialed();
          }
        });
  }

  /** A dial is over, and what came of it is known to the worker. */
  void dialed() {
    dialing--;
    openMore();
  }

  /** How many are still to be opened. */
  int pending() {
    return toOpen + dialing;
  }
}
