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
  private final Deadlines deadlines;
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
    started = loop.time();
    lastData = started;
    FrameRules clientRules = requireNonNull(policy.clientRules().get(extensions));
    FrameRules backendRules = requireNonNull(policy.backendRules().get(extensions));
    client = new Leg(this, clientChannel, true, clientRules, started);
    backend = new Leg(this, backendChannel, false, backendRules, started);
    client.tie(backend);
    backend.tie(client);
    deadlines = new Deadlines(this, policy, client, backend, started, pingToken);
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
    loop.add(this, deadlines.next(loop.now()));
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
    leg.stall.onWritability();
    if (writable || leg.outlet.closeWritten()) {
      leg.peer().resumeReading();
    } else {
      leg.peer().pauseReading();
      visitBy(loop.now());
    }
  }

  void onClose(Leg from, int code) {
    endBy(from.isClient() ? EndedBy.CLIENT : EndedBy.BACKEND, code, "closed");
  }

  /** A Close was written to a leg: the rest has a bound. */
  void afterClose() {
    enterClosing();
    afterClose(client);
    afterClose(backend);
  }

  private static void afterClose(Leg leg) {
    if (leg.outlet.closeWritten()) {
      // Nothing that its peer sends is passed on any more: what is to come is its Close, or its
      // end.
      leg.peer().resumeReading();
    }
    leg.settle();
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
    boolean expected = from.closeRead() || from.outlet.closeWritten();
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
    meters.relayEnded(service, by, endCode, reset, loop.time() - started);
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
      leg.outlet.reset();
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
    if (!leg.outlet.closeWritten()) {
      // The other peer did not answer this one's Close, or is gone.
      leg.close(CloseCode.isSendable(endCode) ? endCode : CloseCode.NORMAL, "");
    }
    if (leg.outlet.closePending()) {
      reset = true;
      leg.outlet.reset();
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
    if (closeBy == 0) {
      deadlines.visit(now);
      return closeBy == 0 ? deadlines.next(now) : closeBy;
    }
    if (now >= closeBy) {
      force(client);
      force(backend);
    }
    return Math.max(closeBy, now + 1);
  }

  void ping(Leg leg) {
    meters.pingSent(service, leg.isClient());
    leg.ping();
  }

  void onNoPong(Leg leg) {
    meters.pongMissed(service, leg.isClient());
    endBy(leg.isClient() ? EndedBy.CLIENT : EndedBy.BACKEND, CloseCode.ABNORMAL, "no Pong in time");
    close(leg, CloseCode.INTERNAL_ERROR, "no Pong in time");
    close(leg.peer(), CloseCode.SERVICE_RESTART, name(leg) + " lost");
  }

  void onStall(Leg leg) {
    endBy(EndedBy.GATEWAY, CloseCode.ABNORMAL, name(leg) + " does not read");
    close(leg.peer(), leg.isClient() ? CloseCode.GOING_AWAY : CloseCode.SERVICE_RESTART, "");
    reset = true;
    leg.outlet.reset();
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

  /** When the last data message was read. */
  long lastData() {
    return lastData;
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
    return loop.time() - started;
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
