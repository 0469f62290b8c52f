package io.holdfast.relay;

import io.holdfast.model.MigrationPolicy;

/** Whether a client and its backend have said nothing to each other for a while. */
final class Silence {
  private final Relay relay;
  private final long quiet;
  private final Leg client;
  private final Leg backend;
  private long lastData;

  /** Begins now: what was before it cannot know, and a message may have left just now. */
  Silence(Relay relay, MigrationPolicy policy, Leg client, Leg backend) {
    this.relay = relay;
    this.quiet = policy.quiet().toNanos();
    this.client = client;
    this.backend = backend;
    this.lastData = relay.time();
  }

  /** Something was said. */
  void broken() {
    lastData = relay.time();
  }

  /** Looks at what may break it without being said; to be called before the others. */
  void look() {
    if (!backend.outlet.isEmpty()) {
      broken(); // the backend has not heard it yet, so its silence is none
    }
  }

  /** Whether it has lasted long enough. What the gateway has slept through is none. */
  boolean lasts(long now) {
    return now - Math.max(lastData, relay.loop().lateAt()) >= quiet;
  }

  /** Whether nothing is under way: no message, no Ping, nothing that waits for a slow reader. */
  boolean atRest() {
    return client.inlet.betweenMessages()
        && backend.inlet.betweenMessages()
        && backend.outlet.isEmpty()
        && backend.isReading()
        && client.isReading()
        && !backend.liveness.owesPong()
        && !client.liveness.owesPong();
  }
}
