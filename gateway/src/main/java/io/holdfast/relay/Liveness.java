package io.holdfast.relay;

import org.jspecify.annotations.Nullable;

/** What is known of one leg's life. Any byte read is life. Times are {@link RelayLoop#now()}. */
final class Liveness {
  /** What to do at a visit. */
  enum Verdict {
    WAIT,
    PING,
    DEAD
  }

  private long lastRead;
  private long clockStart;

  /** Silence counts against the leg since {@link #clockStart}. */
  private boolean clockRuns;

  /** A Ping of ours is on its way into the socket; the clock starts when it is flushed. */
  private boolean pingQueued;

  private long pingedAt;

  /** We ourselves do not read this leg, so its silence means nothing. */
  private boolean paused;

  /**
   * The other peer's Pings that were passed to this leg and not answered; null for none. RFC 6455
   * section 5.5.3 lets this leg answer only the newest Ping, so ours must not come behind them.
   */
  private @Nullable Pings asked;

  /** The same of a backend that the relay has left: their Pongs are for nobody. */
  private @Nullable Pings stale;

  /** Something was read since the last of those Pings. */
  private boolean saidSince;

  /** What a Pong is that does not answer a Ping of ours. */
  enum Foreign {
    /** Nobody has asked. */
    UNASKED,
    /** The other peer has asked. */
    ANSWER,
    /** A backend has asked that is not there any more. */
    STALE
  }

  Liveness(long now) {
    lastRead = now;
  }

  void onRead(long now) {
    lastRead = now;
    clockRuns = false;
    saidSince = true;
  }

  /** A Ping of the other peer is passed to this leg. */
  void onForeignPing(long hash) {
    asked = asked == null ? new Pings() : asked;
    asked.add(hash);
    saidSince = false;
  }

  /** The same of some that were held. */
  void onForeignPings(Pings held) {
    asked = joined(asked, held);
    saidSince = false;
  }

  /** This leg has said a Pong that does not answer ours. */
  Foreign onForeignPong(long hash) {
    if (asked != null && asked.answer(hash)) {
      stale = null; // they are older
      return Foreign.ANSWER;
    }
    if (stale != null && stale.answer(hash)) {
      return Foreign.STALE;
    }
    return Foreign.UNASKED;
  }

  /** The other peer is another one from here on. */
  void onOtherPeer() {
    if (asked != null && !asked.isEmpty()) {
      stale = joined(stale, asked);
      asked = null;
    }
  }

  private static Pings joined(@Nullable Pings first, Pings more) {
    Pings all = first == null ? new Pings() : first;
    all.addAll(more);
    return all;
  }

  /** Whether a Ping of the other peer was passed to this leg, and no Pong came back. */
  boolean owesPong() {
    return asked != null && !asked.isEmpty();
  }

  /**
   * A Ping of ours is in the socket.
   *
   * @param time by the clock itself, for how long its Pong takes
   */
  void onPingFlushed(long now, long time) {
    pingQueued = false;
    pingedAt = time;
    startClock(now);
  }

  /** When our last Ping was flushed. */
  long pingedAt() {
    return pingedAt;
  }

  void onPause() {
    paused = true;
  }

  void onResume(long now) {
    paused = false;
    lastRead = now;
    clockStart = now;
  }

  /** Judges the leg; after {@link Verdict#PING} the caller sends one. */
  Verdict visit(long now, long ping, long pongTimeout) {
    if (paused || ping == 0) {
      return Verdict.WAIT;
    }
    if (clockRuns) {
      return now - clockStart >= pongTimeout && pongTimeout > 0 ? Verdict.DEAD : Verdict.WAIT;
    }
    if (pingQueued || now - lastRead < ping) {
      return Verdict.WAIT;
    }
    if (owesPong() || (stale != null && !stale.isEmpty())) {
      if (!saidSince) {
        // It has a Ping to answer already; its silence counts from here.
        startClock(now);
        return Verdict.WAIT;
      }
      // What it has said since was no answer, and none will come.
      asked = null;
      stale = null;
    }
    pingQueued = true;
    return Verdict.PING;
  }

  private void startClock(long now) {
    clockRuns = true;
    clockStart = now;
  }

  /** When to visit again, if nothing happens till then. */
  long nextVisit(long now, long ping, long pongTimeout) {
    if (ping == 0) {
      return Long.MAX_VALUE;
    }
    if (paused || pingQueued) {
      return now + ping;
    }
    if (clockRuns) {
      // Its Pong may be here soon, and the next Ping is due then.
      return pongTimeout == 0 ? now + ping : Math.min(clockStart + pongTimeout, now + ping);
    }
    return lastRead + ping;
  }
}
