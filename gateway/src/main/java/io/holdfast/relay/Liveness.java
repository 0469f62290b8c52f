package io.holdfast.relay;

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
   * The other peer's Ping was passed to this leg and no Pong came back. RFC 6455 section 5.5.3 lets
   * this leg answer only the newest Ping, so ours must not come behind it.
   */
  private boolean foreignPing;

  Liveness(long now) {
    lastRead = now;
  }

  void onRead(long now) {
    lastRead = now;
    clockRuns = false;
  }

  void onForeignPing() {
    foreignPing = true;
  }

  void onForeignPong() {
    foreignPing = false;
  }

  /** Whether a Ping of the other peer was passed to this leg, and no Pong came back. */
  boolean owesPong() {
    return foreignPing;
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
    if (foreignPing) {
      // It has a Ping to answer already; its silence counts from here.
      startClock(now);
      return Verdict.WAIT;
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
