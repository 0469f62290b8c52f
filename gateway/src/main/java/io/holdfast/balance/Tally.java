package io.holdfast.balance;

import java.util.concurrent.atomic.LongAdder;

/** What a backend has done for clients since the gateway has known it. Thread-safe. */
public final class Tally {
  private final LongAdder handshakes = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder ended = new LongAdder();
  private final LongAdder broken = new LongAdder();
  private final LongAdder pongs = new LongAdder();
  private final LongAdder pongNanos = new LongAdder();

  /**
   * Counts up to some moment, or between two.
   *
   * @param handshakes that were answered, in whatever way, or failed
   * @param refused those of them that were not answered with 101
   * @param ended relays
   * @param broken those of them that ended without a Close of the backend, or with 1011
   * @param pongs answers to our Pings
   * @param pongNanos how long all of those took together
   */
  public record Counts(
      long handshakes, long refused, long ended, long broken, long pongs, long pongNanos) {
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

    /** Both together. */
    public Counts plus(Counts other) {
      return new Counts(
          handshakes + other.handshakes,
          refused + other.refused,
          ended + other.ended,
          broken + other.broken,
          pongs + other.pongs,
          pongNanos + other.pongNanos);
    }

    /** What came after {@code before}. */
    public Counts minus(Counts before) {
      return new Counts(
          handshakes - before.handshakes,
          refused - before.refused,
          ended - before.ended,
          broken - before.broken,
          pongs - before.pongs,
          pongNanos - before.pongNanos);
    }
  }

  Tally() {}

  /** A handshake is over. */
  public void handshake(boolean succeeded) {
    handshakes.increment();
    if (!succeeded) {
      refused.increment();
    }
  }

  /** A relay has left it, other than by a planned move. Once for each. */
  public void end(boolean abnormal) {
    ended.increment();
    if (abnormal) {
      broken.increment();
    }
  }

  /** It has answered a Ping of ours. */
  public void pong(long nanos) {
    pongs.increment();
    pongNanos.add(nanos);
  }

  /** As of now. */
  public Counts counts() {
    return new Counts(
        handshakes.sum(), refused.sum(), ended.sum(), broken.sum(), pongs.sum(), pongNanos.sum());
  }
}
