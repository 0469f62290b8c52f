package io.holdfast.relay;

import static java.util.Objects.requireNonNull;

import io.holdfast.observe.Meters;
import io.holdfast.observe.Traffic;
import io.holdfast.websocket.FrameRules;
import io.holdfast.websocket.FrameRules.Extensions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One established client connection tied to one backend connection: two legs, what they may take
 * for how long, and what others may know of it.
 *
 * <p>All of it runs on the event loop that both legs share.
 */
public final class Relay {
  static final int NO_SLOT = -1;

  private final RelayLoop loop;
  private final Traffic traffic;
  private final Meters meters;
  private final String service;
  private final RelayOwner owner;
  private final Leg client;
  private final Leg backend;
  private final long pingToken = ThreadLocalRandom.current().nextLong();
  private final long started;
  private final Deadlines deadlines;
  private final Ending ending;
  private long lastData;

  private boolean ended;

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
    ending = new Ending(this, policy, service, meters, client, backend);
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
    ending.byGateway(code, reason, why);
  }

  // What the legs tell.

  void onRead(Leg from, FrameForwarder read, int bytes) {
    if (from == client) {
      traffic.fromClient(read.frames(), read.messages(), bytes);
    } else {
      traffic.fromBackend(read.frames(), read.messages(), bytes);
    }
    if (read.data()) {
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

  void onGone() {
    if (client.isOpen() || backend.isOpen() || ended) {
      // What is still read now is dropped: nothing has to wait for the one that is gone.
      client.resumeReading();
      backend.resumeReading();
      return;
    }
    ended = true;
    loop.remove(this);
    RelayEnd end = ending.end();
    meters.relayEnded(service, end.by(), end.code(), end.reset(), loop.time() - started);
    owner.onRelayEnd(this, end);
  }

  // Deadlines.

  /** Comes to visit no later than at {@code time}. */
  void visitBy(long time) {
    if (slot != NO_SLOT && time < deadline) {
      loop.reschedule(this, time);
    }
  }

  /** Does what is due, and says when to come again. */
  long visit(long now) {
    if (ending.begun()) {
      return ending.visit(now);
    }
    deadlines.visit(now);
    return ending.begun() ? ending.by() : deadlines.next(now);
  }

  void ping(Leg leg) {
    meters.pingSent(service, leg.isClient());
    leg.ping();
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

  /** Decides how it ends. */
  Ending ending() {
    return ending;
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
    return ending.begun();
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
    return client.inlet.messages();
  }

  /** Data messages from the backend. */
  public long messagesFromBackend() {
    return backend.inlet.messages();
  }

  /** Bytes from the client, frame headers and control frames included. */
  public long bytesFromClient() {
    return client.inlet.bytes();
  }

  /** Bytes from the backend, frame headers and control frames included. */
  public long bytesFromBackend() {
    return backend.inlet.bytes();
  }
}
