package io.holdfast.chat.session;

import io.holdfast.chat.message.Outgoing;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;

/**
 * What each client gets by and by: heartbeats and Pings; the end, if it says nothing for too long.
 */
final class Rounds implements Runnable {
  private final Node.Care care;
  private final Collection<Session> sessions;
  private final InstantSource clock;
  private long before = System.nanoTime();

  Rounds(Node.Care care, Collection<Session> sessions, InstantSource clock) {
    this.care = care;
    this.sessions = sessions;
    this.clock = clock;
  }

  /** Each client's intervals begin with its connection, so that not all are due at once. */
  @Override
  public void run() {
    long now = System.nanoTime();
    for (Session session : sessions) {
      if (now - session.heardAt() > care.silence().toNanos()) {
        session.end(CloseCodes.GOING_AWAY, "no sign of life");
        continue;
      }
      Instant until = session.access().until();
      if (until != null && clock.instant().isAfter(until)) {
        session.end(CloseCodes.POLICY_VIOLATION, "the token has expired");
        continue;
      }
      if (isDue(session, care.heartbeat().toNanos(), now)) {
        session.outbox().send(Outgoing.heartbeat(clock.instant()));
        session.remember();
      }
      if (isDue(session, care.ping().toNanos(), now)) {
        session.outbox().ping();
      }
    }
    before = now;
  }

  private boolean isDue(Session session, long interval, long now) {
    return (now - session.since()) / interval > Math.max(0, before - session.since()) / interval;
  }
}
