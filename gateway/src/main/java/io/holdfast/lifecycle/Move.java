package io.holdfast.lifecycle;

import io.holdfast.balance.Choice;
import io.holdfast.balance.Lease;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.State;
import io.holdfast.relay.MoveOutcome;
import io.holdfast.relay.Relay;
import io.holdfast.relay.Resume;
import io.holdfast.upstream.BackendConnection;
import io.holdfast.upstream.BackendListener;
import io.holdfast.upstream.Connector;
import io.holdfast.upstream.UpstreamFailure;
import io.holdfast.upstream.UpstreamFailure.Kind;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes one relay to another backend: chooses, dials, says the client's handshake again, and hands
 * the connection to the relay. One backend after another is tried, as for a client's handshake. On
 * the relay's event loop.
 */
public final class Move implements MoveOutcome {
  private final Relay relay;
  private final Passenger passenger;
  private final Passenger.Way way;
  private final Resume resume;
  private final MoveOutcome told;
  private final Set<LiveBackend> tried = new HashSet<>();
  private final int spared;
  private Lease lease;
  private @Nullable Attempt present;
  private boolean over;

  private Move(
      Relay relay,
      Passenger passenger,
      Passenger.Way way,
      Resume resume,
      Lease first,
      Set<LiveBackend> without,
      MoveOutcome told) {
    this.relay = relay;
    this.passenger = passenger;
    this.way = way;
    this.resume = resume;
    this.told = told;
    this.lease = first;
    tried.addAll(without);
    tried.add(passenger.backend());
    spared = tried.size();
  }

  /**
   * Chooses a backend for a relay.
   *
   * @param without backends that it must not go to
   * @param told hears what becomes of the move, once it has begun
   * @return null when there is none, or the relay cannot move
   */
  public static @Nullable Move prepare(
      Relay relay, Passenger passenger, Resume resume, Set<LiveBackend> without, MoveOutcome told) {
    Passenger.Way way = passenger.way();
    Set<LiveBackend> all = new HashSet<>(without);
    all.add(passenger.backend());
    Lease first = way == null ? null : choose(way, passenger, resume, all);
    return way == null || first == null
        ? null
        : new Move(relay, passenger, way, resume, first, without, told);
  }

  /** A move is no better off with a backend that is taken for broken. */
  private static @Nullable Lease choose(
      Passenger.Way way, Passenger passenger, Resume resume, Set<LiveBackend> without) {
    Choice choice = way.balancer().choose(passenger.wish(), without, Lease.Kind.HANDSHAKE);
    if (!(choice instanceof Lease lease)) {
      return resume == Resume.PLANNED ? null : way.balancer().refuge(without, Lease.Kind.HANDSHAKE);
    }
    if (lease.chosenIn() == State.UP || lease.chosenIn() == State.TRIAL) {
      return lease;
    }
    lease.close();
    return resume == Resume.PLANNED ? null : way.balancer().refuge(without, Lease.Kind.HANDSHAKE);
  }

  /** Begins. */
  public void begin() {
    tryNext();
  }

  /** Stops it, unless its relay has taken it over; nobody is told. */
  public void cancel() {
    if (!over) {
      over = true;
      lease.close();
      if (present != null) {
        present.drop();
      }
    }
  }

  private void tryNext() {
    tried.add(lease.live());
    Attempt attempt = new Attempt();
    present = attempt;
    attempt.start();
  }

  private void onFailedAttempt(Kind kind, String detail, Failure failure) {
    passenger.onFailure(lease.live(), new UpstreamFailure(kind, detail));
    nextAfter(failure);
  }

  private void nextAfter(Failure failure) {
    if (present != null) {
      present.drop();
    }
    lease.close();
    boolean more = tried.size() - spared <= way.balancer().service().retries().max();
    Lease next = more ? choose(way, passenger, resume, tried) : null;
    if (next == null) {
      end(failure);
    } else {
      lease = next;
      tryNext();
    }
  }

  private void end(Failure failure) {
    over = true;
    passenger.onOver(resume, failure.word(), 0, 0);
    told.onFailed(failure);
    relay.abandon();
  }

  // What the relay tells.

  @Override
  public void onCommitted() {
    lease.become(Lease.Kind.RELAY);
    passenger.onCommitted(lease);
    told.onCommitted();
  }

  @Override
  public void onMoved(long settleNanos, long stallNanos, boolean settled) {
    passenger.onOver(resume, settled ? "moved" : "moved_unsettled", settleNanos, stallNanos);
    told.onMoved(settleNanos, stallNanos, settled);
  }

  @Override
  public void onFailed(Failure failure) {
    lease.close();
    passenger.onOver(resume, failure.word(), 0, 0);
    told.onFailed(failure);
  }

  /** One backend that is tried. */
  private final class Attempt implements BackendListener {
    private @Nullable BackendConnection connection;
    private @Nullable Future<?> bound;
    private boolean agreed;
    private boolean dropped;

    void start() {
      bound =
          relay
              .loop()
              .eventLoop()
              .schedule(
                  () -> fail(Kind.ANSWER_TIMEOUT, "no answer in time"),
                  way.timeout().toNanos(),
                  TimeUnit.NANOSECONDS);
      way.connector().connect(way.upstream(), lease.backend(), 0, this::onConnected);
    }

    private void onConnected(Connector.Result result) {
      if (result instanceof Connector.Result.Failed failed) {
        fail(failed.failure().kind(), failed.failure().detail());
        return;
      }
      BackendConnection to = ((Connector.Result.Connected) result).connection();
      if (dropped) {
        to.close();
      } else {
        connection = to;
        to.send(passenger.headFor(lease.backend(), resume), this);
      }
    }

    @Override
    public void onHead(HttpResponse head) {
      int status = head.status().code();
      if (status < 200 && status != 101) {
        return;
      }
      if (status != 101) {
        passenger.onAnswer(lease, status);
        nextAfter(Failure.REFUSED);
        return;
      }
      agreed = passenger.agrees(head);
      if (agreed) {
        passenger.onAnswer(lease, status);
      } else {
        nextAfter(Failure.OTHER_TERMS);
      }
    }

    @Override
    public void onBody(HttpContent part) {
      part.release();
      if (agreed && part instanceof LastHttpContent && connection != null) {
        handOver(connection);
      }
    }

    private void handOver(BackendConnection to) {
      stop();
      over = true;
      to.reading(false);
      ChannelHandler leg = relay.newLeg(to.channel());
      to.detach(leg);
      if (!relay.moveTo(leg, Move.this)) {
        to.channel().close();
        onFailed(Failure.ENDED);
      }
      to.replay();
    }

    @Override
    public void onGone(UpstreamFailure failure) {
      fail(failure.kind(), failure.detail());
    }

    private void fail(Kind kind, String detail) {
      if (!dropped) {
        onFailedAttempt(kind, detail, Failure.BACKEND);
      }
    }

    private void stop() {
      dropped = true;
      if (bound != null) {
        bound.cancel(false);
      }
    }

    void drop() {
      stop();
      if (connection != null) {
        connection.close();
      }
    }
  }
}
