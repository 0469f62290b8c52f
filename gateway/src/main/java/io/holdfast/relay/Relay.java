package io.holdfast.relay;

import static java.util.Objects.requireNonNull;

import io.holdfast.observe.EndedBy;
import io.holdfast.observe.Meters;
import io.holdfast.observe.Traffic;
import io.holdfast.websocket.Breach;
import io.holdfast.websocket.CloseCode;
import io.holdfast.websocket.FrameRules;
import io.holdfast.websocket.FrameRules.Extensions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One established client connection tied to one backend connection. Decides how it ends: the first
 * Close, loss or breach gives the reason; from then on both legs have {@link RelayPolicy#close()}
 * to finish.
 *
 * <p>All of it runs on the event loop that both legs share.
 */
public final class Relay {
  static final int NO_SLOT = -1;

  /** Pings of one relay are up to this part of their interval early, so that they spread. */
  private static final int PING_SPREAD = 8;

  private final RelayLoop loop;
  private final RelayPolicy policy;
  private final Traffic traffic;
  private final Meters meters;
  private final String service;
  private final RelayOwner owner;
  private final Leg client;
  private final Leg backend;
  private final long pingToken = ThreadLocalRandom.current().nextLong();
  private final long started;
  private final long oldAt;
  private long lastData;

  private @Nullable EndedBy endedBy;
  private int endCode;
  private String endWhy = "";
  private boolean reset;
  private boolean ended;
  private long closeBy;

  // The wheel's: see RelayLoop.
  @Nullable Relay next;
  @Nullable Relay previous;
  int slot = NO_SLOT;
  long deadline;

  /**
   * Ties two channels together. Their pipelines must hold nothing but TLS; reading must be off
   * until {@link #start()}.
   *
   * @param extensions what was negotiated end to end
   */
  public Relay(
      RelayLoop loop,
      RelayPolicy policy,
      String service,
      Meters meters,
      Traffic traffic,
      Extensions extensions,
      Channel clientChannel,
      Channel backendChannel,
      RelayOwner owner) {
    this.loop = loop;
    this.policy = policy;
    this.service = service;
    this.meters = meters;
    this.traffic = traffic;
    this.owner = owner;
    started = System.nanoTime();
    lastData = started;
    FrameRules clientRules = requireNonNull(policy.clientRules().get(extensions));
    FrameRules backendRules = requireNonNull(policy.backendRules().get(extensions));
    client = new Leg(this, clientChannel, true, clientRules, started);
    backend = new Leg(this, backendChannel, false, backendRules, started);
    client.tie(backend);
    backend.tie(client);
    long jitter = policy.ageJitter() == 0 ? 0 : Math.floorMod(pingToken, policy.ageJitter());
    oldAt = policy.maxAge() == 0 ? Long.MAX_VALUE : started + Math.max(1, policy.maxAge() - jitter);
  }

  /** The handler that becomes the last of the client's pipeline. */
  public ChannelHandler clientHandler() {
    return client;
  }

  /** The handler that becomes the last of the backend's pipeline. */
  public ChannelHandler backendHandler() {
    return backend;
  }

  /** Starts the clocks and reads both legs. */
  public void start() {
    meters.relayOpened(service);
    loop.add(this, nextVisit(loop.now()));
    client.start();
    backend.start();
  }

  /**
   * Ends this relay: both legs get a Close at their next frame boundary.
   *
   * @param code of both Closes
   * @param reason of both Closes
   * @param why for the access log
   */
  public void end(int code, String reason, String why) {
    endBy(EndedBy.GATEWAY, code, why);
    close(client, code, reason);
    close(backend, code, reason);
  }

  // What the legs tell.

  void onRead(Leg from, int frames, int messages, int bytes) {
    if (from == client) {
      traffic.fromClient(frames, messages, bytes);
    } else {
      traffic.fromBackend(frames, messages, bytes);
    }
    if (messages > 0) {
      lastData = loop.now();
    }
  }

  void onWritability(Leg leg, boolean writable) {
    if (writable) {
      leg.peer().resumeReading();
    } else {
      leg.peer().pauseReading();
      leg.startStallClock(loop.now());
      visitBy(loop.now() + policy.write());
    }
  }

  void onClose(Leg from, int code) {
    endBy(from.isClient() ? EndedBy.CLIENT : EndedBy.BACKEND, code, "closed");
  }

  /** A Close was written to a leg: the rest has a bound. */
  void afterClose() {
    enterClosing();
    client.settle();
    backend.settle();
  }

  void onBreach(Leg from, Breach breach) {
    if (closeBy == 0) {
      meters.protocolError(service, from.isClient(), breach.code());
    }
    endBy(
        EndedBy.GATEWAY,
        breach.code(),
        (from.isClient() ? "client: " : "backend: ") + breach.reason());
    close(from, breach.code(), breach.reason());
    if (from.isClient()) {
      close(backend, CloseCode.GOING_AWAY, "client broke the protocol or a limit");
    } else {
      close(client, CloseCode.INTERNAL_ERROR, "backend broke the protocol");
    }
  }

  void onInputEnd(Leg from, @Nullable Throwable cause) {
    boolean expected = from.closeRead() || from.closeWritten();
    if (!expected) {
      String how = cause == null ? "" : ": " + cause.getMessage();
      endBy(
          from.isClient() ? EndedBy.CLIENT : EndedBy.BACKEND,
          CloseCode.ABNORMAL,
          "connection lost" + how);
    }
    if (from.peer().closeRead()) {
      // The peer asked to close and will get no answer from there; RFC 6455 section 5.5.1 has the
      // code echoed.
      close(from.peer(), CloseCode.isSendable(endCode) ? endCode : CloseCode.NORMAL, "");
    } else {
      close(
          from.peer(), CloseCode.SERVICE_RESTART, from.isClient() ? "client lost" : "backend lost");
    }
    from.settle();
  }

  void onGone() {
    if (client.isOpen() || backend.isOpen() || ended) {
      // What is still read now is dropped: nothing has to wait for the one that is gone.
      client.resumeReading();
      backend.resumeReading();
      return;
    }
    ended = true;
    loop.remove(this);
    EndedBy by = endedBy == null ? EndedBy.GATEWAY : endedBy;
    RelayEnd end = new RelayEnd(by, endCode, endWhy, reset);
    meters.relayEnded(service, by, endCode, reset, System.nanoTime() - started);
    owner.onRelayEnd(this, end);
  }

  // Ending.

  private void endBy(EndedBy by, int code, String why) {
    if (endedBy == null) {
      endedBy = by;
      endCode = code;
      endWhy = why;
    }
  }

  private void close(Leg leg, int code, String reason) {
    enterClosing();
    if (!leg.close(code, reason)) {
      reset = true;
      leg.reset();
    }
  }

  private void enterClosing() {
    if (closeBy == 0) {
      closeBy = loop.now() + policy.close();
      visitBy(closeBy);
    }
  }

  private void force(Leg leg) {
    if (!leg.isOpen()) {
      return;
    }
    if (!leg.closeWritten()) {
      // The other peer did not answer this one's Close, or is gone.
      leg.close(CloseCode.isSendable(endCode) ? endCode : CloseCode.NORMAL, "");
    }
    if (leg.closePending()) {
      reset = true;
      leg.reset();
    } else {
      leg.closeChannel();
    }
  }

  // Deadlines.

  private void visitBy(long time) {
    if (slot != NO_SLOT && time < deadline) {
      loop.reschedule(this, time);
    }
  }

  /** Does what is due, and says when to come again. */
  long visit(long now) {
    if (closeBy != 0) {
      if (now >= closeBy) {
        force(client);
        force(backend);
      }
      return Math.max(closeBy, now + 1);
    }
    if (now >= oldAt) {
      end(policy.drainCode(), "connection too old", "maximum age");
    } else if (policy.idle() > 0 && now - lastData >= policy.idle()) {
      end(CloseCode.GOING_AWAY, "idle", "idle");
    } else {
      watch(client, now);
      watch(backend, now);
    }
    return closeBy != 0 ? closeBy : nextVisit(now);
  }

  private void watch(Leg leg, long now) {
    if (closeBy != 0) {
      return;
    }
    if (policy.write() > 0 && leg.stalledFor(now) >= policy.write()) {
      endBy(EndedBy.GATEWAY, CloseCode.ABNORMAL, name(leg) + " does not read");
      close(leg.peer(), leg.isClient() ? CloseCode.GOING_AWAY : CloseCode.SERVICE_RESTART, "");
      reset = true;
      leg.reset();
      return;
    }
    switch (leg.liveness.visit(now, pingEvery(), policy.pongTimeout())) {
      case WAIT -> {}
      case PING -> {
        meters.pingSent(service, leg.isClient());
        leg.ping();
      }
      case DEAD -> {
        meters.pongMissed(service, leg.isClient());
        endBy(
            leg.isClient() ? EndedBy.CLIENT : EndedBy.BACKEND,
            CloseCode.ABNORMAL,
            "no Pong in time");
        close(leg, CloseCode.INTERNAL_ERROR, "no Pong in time");
        close(leg.peer(), CloseCode.SERVICE_RESTART, name(leg) + " lost");
      }
    }
  }

  private long nextVisit(long now) {
    long at = oldAt;
    if (policy.idle() > 0) {
      at = Math.min(at, lastData + policy.idle());
    }
    at = Math.min(at, client.liveness.nextVisit(now, pingEvery(), policy.pongTimeout()));
    at = Math.min(at, backend.liveness.nextVisit(now, pingEvery(), policy.pongTimeout()));
    boolean pending = client.hasPending() || backend.hasPending();
    return pending && policy.write() > 0 ? Math.min(at, now + policy.write()) : at;
  }

  private long pingEvery() {
    long ping = policy.ping();
    return ping < PING_SPREAD ? ping : ping - Math.floorMod(pingToken >>> 8, ping / PING_SPREAD);
  }

  private static String name(Leg leg) {
    return leg.isClient() ? "client" : "backend";
  }

  // What others may know.

  /** Who was told of when this relay was made. */
  public RelayOwner owner() {
    return owner;
  }

  /** Where everything of this relay must be called. */
  public RelayLoop loop() {
    return loop;
  }

  /** Payload token of our Pings. */
  long pingToken() {
    return pingToken;
  }

  long now() {
    return loop.now();
  }

  boolean ended() {
    return ended;
  }

  /** Whether a Close was seen or sent; such a relay cannot be saved. */
  public boolean closing() {
    return closeBy != 0;
  }

  /** Nanoseconds since it was made. */
  public long age() {
    return System.nanoTime() - started;
  }

  /** Nanoseconds since the last data message, to about a tick. */
  public long idleFor() {
    return Math.max(0, loop.now() - lastData);
  }

  /** Data messages from the client. */
  public long messagesFromClient() {
    return client.messages();
  }

  /** Data messages from the backend. */
  public long messagesFromBackend() {
    return backend.messages();
  }

  /** Bytes from the client, frame headers and control frames included. */
  public long bytesFromClient() {
    return client.bytes();
  }

  /** Bytes from the backend, frame headers and control frames included. */
  public long bytesFromBackend() {
    return backend.bytes();
  }
}
