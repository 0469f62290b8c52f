package io.holdfast.relay;

import static java.util.Objects.requireNonNull;

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
  private Leg backend;
  private final long pingToken = ThreadLocalRandom.current().nextLong();
  private final long started;
  private final Deadlines deadlines;
  private final Ending ending;
  private final RelayPolicy policy;
  private final FrameRules backendRules;
  private final Mobility mobility;
  private long lastData;

  // Of backends that it has left.
  private long carriedMessages;
  private long carriedBytes;

  private boolean ended;

  // The wheel's: see RelayLoop.
  @Nullable Relay next;
  @Nullable Relay previous;
  int slot = NO_SLOT;
  long deadline;

  /**
   * Ties two channels together. Their pipelines must hold nothing but TLS; nothing may be read
   * before {@link #start()}.
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
    this.policy = policy;
    backendRules = requireNonNull(policy.backendRules().get(extensions));
    client = new Leg(this, clientChannel, true, clientRules, started);
    backend = new Leg(this, backendChannel, false, backendRules, started);
    client.tie(backend);
    backend.tie(client);
    mobility = new Mobility(this, policy, client);
    ending = new Ending(this, policy, service, meters, client);
    deadlines = new Deadlines(this, policy, client, started, pingToken);
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
    mobility.onRead(from, read.data());
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

  /**
   * A peer sent its Close.
   *
   * @return whether it is passed on
   */
  boolean onClose(Leg from, int code) {
    if (mobility.onEnd(from) || mobility.rescue(from, Resume.CLOSED, code, "closed")) {
      return false;
    }
    ending.onClose(from, code);
    return true;
  }

  /** Nothing more comes from a leg. */
  void onInputEnd(Leg from, @Nullable Throwable cause) {
    if (mobility.onEnd(from)) {
      return;
    }
    String how = cause == null ? "" : ": " + cause.getMessage();
    if (!mobility.rescue(from, Resume.LOST, CloseCode.ABNORMAL, "connection lost" + how)) {
      ending.onInputEnd(from, cause);
    }
  }

  /** A peer broke the protocol or a limit. */
  void onBreach(Leg from, Breach breach) {
    boolean lost = from == backend && !breach.inClose(); // what it said is not whole
    if (from == client || lost || !mobility.onEnd(from)) {
      ending.onBreach(from, breach);
    }
  }

  // Moves.

  /**
   * The handler that becomes the last of the pipeline of {@code channel}, which may become the
   * backend of this relay. Reading must be off.
   */
  public ChannelHandler newLeg(Channel channel) {
    return new Leg(this, channel, false, backendRules, loop.time());
  }

  /** Whether {@link #settle} waits before another backend is dialled. */
  public boolean settlesFirst() {
    return mobility.settlesFirst();
  }

  /**
   * Says when another backend is to be dialled: at once, but where that one is told a prologue when
   * this relay is silent or has been busy for long enough, for a server waits for its client's
   * first message for a few seconds only.
   *
   * @param call then calls {@link #moveTo} or {@link #abandon}
   * @param outcome hears what comes in between, as of {@link #moveTo}
   */
  public void settle(Runnable call, MoveOutcome outcome) {
    mobility.settle(call, outcome);
  }

  /**
   * Begins to move to another backend, which has answered the client's handshake.
   *
   * @param leg made by {@link #newLeg}, and in its pipeline
   * @param outcome hears what becomes of it
   * @return false if the relay ends, or moves already
   */
  public boolean moveTo(ChannelHandler leg, MoveOutcome outcome) {
    return !ended && mobility.moveTo((Leg) leg, outcome);
  }

  /** Whether its backend is gone, and it waits for another. */
  public boolean adrift() {
    return mobility.adrift();
  }

  /** No backend was found, after {@link RelayOwner#rescue} or {@link #settle}. */
  public void abandon() {
    mobility.abandon();
  }

  /** Whether and how it moves. */
  Mobility mobility() {
    return mobility;
  }

  /** Belongs to another backend from here on. */
  void changeBackend(Leg to) {
    carriedMessages += backend.inlet.messages();
    carriedBytes += backend.inlet.bytes();
    backend = to;
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
    mobility.visit();
    if (!ending.begun()) {
      deadlines.visit(now);
    }
    // While it moves, at each tick.
    return ending.begun() ? ending.by() : mobility.moves() ? now : deadlines.next(now);
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

  long time() {
    return loop.time();
  }

  /** The leg of the present backend. */
  Leg backend() {
    return backend;
  }

  /** The code that asks clients to come back. */
  int drainCode() {
    return policy.drainCode();
  }

  /** How long a channel may take to close, in nanoseconds. */
  long patience() {
    return policy.close();
  }

  /** Runs on the event loop, later. */
  void execute(Runnable action) {
    loop.eventLoop().execute(action);
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
    return carriedMessages + backend.inlet.messages();
  }

  /** Bytes from the client, frame headers and control frames included. */
  public long bytesFromClient() {
    return client.inlet.bytes();
  }

  /** Bytes from the backend, frame headers and control frames included. */
  public long bytesFromBackend() {
    return carriedBytes + backend.inlet.bytes();
  }
}
