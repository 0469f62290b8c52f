package io.holdfast.relay;

import io.holdfast.websocket.CloseCode;

/**
 * The clocks of a relay that nobody has closed yet: its age, its idleness, and of each leg the
 * stalls and the life. Times are {@link RelayLoop#now()}.
 */
final class Deadlines {
  /** Pings of one relay are up to this part of their interval early, so that they spread. */
  private static final int PING_SPREAD = 8;

  private final Relay relay;
  private final RelayPolicy policy;
  private final Leg client;
  private final long oldAt;
  private final long pingEvery;

  /**
   * Starts the clocks.
   *
   * @param chance a random number, the relay's own
   */
  Deadlines(Relay relay, RelayPolicy policy, Leg client, long started, long chance) {
    this.relay = relay;
    this.policy = policy;
    this.client = client;
    long jitter = policy.ageJitter() == 0 ? 0 : Math.floorMod(chance, policy.ageJitter());
    oldAt = policy.maxAge() == 0 ? Long.MAX_VALUE : started + Math.max(1, policy.maxAge() - jitter);
    long ping = policy.ping();
    long early = ping < PING_SPREAD ? 0 : Math.floorMod(chance >>> 8, ping / PING_SPREAD);
    pingEvery = ping - early;
  }

  /** Tells the relay what is due. */
  void visit(long now) {
    if (now >= oldAt) {
      relay.end(policy.drainCode(), "connection too old", "maximum age");
    } else if (policy.idle() > 0 && now - relay.lastData() >= policy.idle()) {
      relay.end(CloseCode.GOING_AWAY, "idle", "idle");
    } else {
      visit(client, now);
      if (!relay.mobility().rescues()) {
        visit(relay.backend(), now);
      }
    }
  }

  private void visit(Leg leg, long now) {
    if (relay.closing()) {
      return;
    }
    if (policy.write() > 0 && leg.stall.at(now) >= policy.write()) {
      relay.ending().onStall(leg);
      return;
    }
    switch (leg.liveness.visit(now, pingEvery, policy.pongTimeout())) {
      case WAIT -> {}
      case PING -> relay.ping(leg);
      case DEAD -> relay.ending().onNoPong(leg);
    }
  }

  /** When to visit again, if nothing happens till then. */
  long next(long now) {
    long at = oldAt;
    if (policy.idle() > 0) {
      at = Math.min(at, relay.lastData() + policy.idle());
    }
    return Math.min(at, Math.min(next(client, now), next(relay.backend(), now)));
  }

  private long next(Leg leg, long now) {
    return Math.min(
        leg.liveness.nextVisit(now, pingEvery, policy.pongTimeout()),
        leg.stall.nextVisit(now, policy.write()));
  }
}
