package io.holdfast.lifecycle;

import io.holdfast.balance.Lease;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.State;
import io.holdfast.relay.MoveOutcome;
import io.holdfast.relay.Relay;
import io.holdfast.relay.Resume;
import io.holdfast.upstream.BackendConnection;
import io.holdfast.upstream.UpstreamFailure;
import io.netty.channel.ChannelHandler;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes one relay to another backend: chooses, dials, says the client's handshake again, and hands
 * the connection to the relay. One backend after another is tried, as for a client's handshake. On
 * the relay's event loop.
 */
public final class Move implements MoveOutcome {
  /** How often is looked whether a backend has fewer pending handshakes. */
  private static final long LOOK_MILLIS = 40;

  /** After so many looks is asked whether another one has. */
  private static final int LOOKS = 10;

  private final Relay relay;
  private final Passenger passenger;
  private final Passenger.Way way;
  private final Resume resume;
  private final MoveOutcome listener;
  private final Set<LiveBackend> tried = new HashSet<>();
  private final int spared;
  private Lease lease;
  private @Nullable MoveAttempt present;

  /** The relay has the connection, and tells what becomes of it. */
  private boolean handedOver;

  private boolean over;

  /** How long it may wait for room, by {@link System#nanoTime()}. */
  private long waitsUntil;

  private Move(
      Relay relay,
      Passenger passenger,
      Passenger.Way way,
      Resume resume,
      Lease first,
      Set<LiveBackend> without,
      MoveOutcome listener) {
    this.relay = relay;
    this.passenger = passenger;
    this.way = way;
    this.resume = resume;
    this.listener = listener;
    this.lease = first;
    tried.addAll(without);
    tried.add(passenger.backend());
    spared = tried.size();
  }

  /**
   * Chooses a backend for a relay.
   *
   * @param without backends that it must not go to
   * @param listener hears what becomes of the move, once it has begun
   * @return null when there is none, or the relay cannot move
   */
  public static @Nullable Move prepare(
      Relay relay,
      Passenger passenger,
      Resume resume,
      Set<LiveBackend> without,
      MoveOutcome listener) {
    Passenger.Way way = passenger.way();
    Set<LiveBackend> all = new HashSet<>(without);
    all.add(passenger.backend());
    boolean later = resume == Resume.PLANNED && relay.settlesFirst();
    Lease.Kind kind = later ? Lease.Kind.MOVE : Lease.Kind.HANDSHAKE;
    if (way == null) {
      return null;
    }
    Destinations where = Destinations.of(way, passenger, resume);
    Lease first = where.choose(all, kind);
    if (first == null && resume != Resume.PLANNED) {
      // Others shake hands everywhere, as when a backend is lost with all its relays.
      first = where.choose(all, Lease.Kind.MOVE);
    }
    return first == null ? null : new Move(relay, passenger, way, resume, first, without, listener);
  }

  /** Begins. */
  public void begin() {
    relay.settle(this::tryFirst, this);
  }

  /** Stops it, unless its relay has taken it over. */
  public void cancel() {
    if (!handedOver) {
      fail(Failure.ENDED);
    }
  }

  private Destinations destinations() {
    return Destinations.of(way, passenger, resume);
  }

  private void tryFirst() {
    waitsUntil = System.nanoTime() + way.timeout().toNanos();
    if (lease.kind() == Lease.Kind.HANDSHAKE) {
      tryNext();
    } else {
      shakeHands(0);
    }
  }

  /**
   * Makes the place one of a handshake: much may have changed since it was taken.
   *
   * @param looks how often was looked before
   */
  private void shakeHands(int looks) {
    if (over) {
      return;
    }
    if (relay.closing()) {
      fail(Failure.ENDED);
      return;
    }
    if (lease.live().state() == State.UP && lease.begin()) {
      tryNext();
      return;
    }
    // Whoever else has room, but not asked each time: thousands may wait here.
    Lease other = looks % LOOKS == 0 ? destinations().choose(tried, Lease.Kind.HANDSHAKE) : null;
    if (other != null) {
      lease.close();
      lease = other;
      tryNext();
    } else if (resume != Resume.PLANNED && System.nanoTime() - waitsUntil < 0) {
      // Its client has nowhere else to go.
      long wait = ThreadLocalRandom.current().nextLong(LOOK_MILLIS / 2, LOOK_MILLIS * 3 / 2);
      relay.loop().eventLoop().schedule(() -> shakeHands(looks + 1), wait, TimeUnit.MILLISECONDS);
    } else {
      end(Failure.NO_BACKEND);
    }
  }

  private void tryNext() {
    tried.add(lease.live());
    MoveAttempt attempt = new MoveAttempt(this, relay, passenger, way, lease, resume);
    present = attempt;
    attempt.start();
  }

  // What an attempt tells.

  /** The backend that is tried cannot be used. */
  void onGone(UpstreamFailure failure) {
    passenger.onFailure(lease, failure);
    nextAfter(Failure.BACKEND);
  }

  /** A reload has taken the route away, or ended moves there, while a backend was dialled. */
  void onWayGone() {
    end(Failure.NO_BACKEND);
  }

  /** The backend has answered the handshake as it has to: {@code to} is for the relay. */
  void onAgreed(BackendConnection to) {
    handedOver = true;
    if (relay.closing()) {
      to.close();
      onFailed(Failure.ENDED);
      return;
    }
    lease.become(Lease.Kind.MOVE);
    to.reading(false);
    ChannelHandler leg = relay.newLeg(to.channel());
    to.detach(leg);
    if (!relay.moveTo(leg, this)) {
      to.channel().close();
      onFailed(Failure.ENDED);
    }
    to.replay();
  }

  /** Another backend is tried, if one may be. */
  void nextAfter(Failure failure) {
    if (present != null) {
      present.drop();
    }
    lease.close();
    boolean more = tried.size() - spared <= way.balancer().service().retries().max();
    Lease next = more ? destinations().choose(tried, Lease.Kind.HANDSHAKE) : null;
    if (next != null) {
      lease = next;
      tryNext();
      return;
    }
    Lease later =
        more && resume != Resume.PLANNED ? destinations().choose(tried, Lease.Kind.MOVE) : null;
    if (later == null) {
      end(failure);
    } else {
      lease = later;
      shakeHands(1);
    }
  }

  private void end(Failure failure) {
    fail(failure);
    relay.abandon();
  }

  private void fail(Failure failure) {
    if (over) {
      return; // by itself; its relay says it again
    }
    over = true;
    if (!handedOver && present != null) {
      present.drop();
    }
    lease.close();
    passenger.onOver(resume, failure.word(), 0, 0);
    listener.onFailed(failure);
  }

  // What the relay tells.

  @Override
  public void onCommitted() {
    lease.become(Lease.Kind.RELAY);
    passenger.onCommitted(resume, lease);
    listener.onCommitted();
  }

  @Override
  public void onMoved(long settleNanos, long stallNanos, boolean settled) {
    over = true;
    passenger.onOver(resume, settled ? "moved" : "moved_unsettled", settleNanos, stallNanos);
    listener.onMoved(settleNanos, stallNanos, settled);
  }

  @Override
  public void onFailed(Failure failure) {
    if (relay.adrift()) {
      // This one answered the handshake, and was no good after it.
      handedOver = false;
      present = null;
      nextAfter(failure);
    } else {
      if (failure == Failure.BACKEND && handedOver) {
        passenger.onUnfit(lease);
      }
      fail(failure);
    }
  }
}
