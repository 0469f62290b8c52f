package io.holdfast.it.hostile;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Writes a byte at a time, each at its time. */
final class Drip implements AutoCloseable {
  /** Where bytes go. */
  interface Sink {
    void write(byte[] bytes) throws IOException;
  }

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final Sink sink;
  private final byte[] bytes;
  private int next;

  private Drip(Sink sink, byte[] bytes) {
    this.sink = sink;
    this.bytes = bytes.clone();
  }

  /** Begins; {@link #close()} stops. */
  static Drip of(Sink sink, byte[] bytes, long everyMillis) {
    Drip drip = new Drip(sink, bytes);
    drip.clock.scheduleAtFixedRate(drip::write, 0, everyMillis, TimeUnit.MILLISECONDS);
    return drip;
  }

  private void write() {
    try {
      if (next < bytes.length) {
        sink.write(new byte[] {bytes[next++]});
      } else {
        end.complete(null);
      }
    } catch (IOException e) {
      end.completeExceptionally(e);
      clock.shutdown();
    }
  }

  /** Whether all bytes are written. */
  boolean ended() {
    return end.isDone() && !end.isCompletedExceptionally();
  }

  /** Waits until all bytes are written. */
  void awaitEnd() {
    end.orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
