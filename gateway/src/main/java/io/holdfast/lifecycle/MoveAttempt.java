package io.holdfast.lifecycle;

import io.holdfast.balance.Lease;
import io.holdfast.relay.MoveOutcome.Failure;
import io.holdfast.relay.Relay;
import io.holdfast.relay.Resume;
import io.holdfast.upstream.BackendConnection;
import io.holdfast.upstream.BackendListener;
import io.holdfast.upstream.Connector;
import io.holdfast.upstream.UpstreamFailure;
import io.holdfast.upstream.UpstreamFailure.Kind;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One backend that a {@link Move} tries: dials it, says the client's handshake again, and judges
 * the answer. Tells the move once what becomes of it, unless it is dropped. On the relay's event
 * loop.
 */
final class MoveAttempt implements BackendListener {
  private final Move move;
  private final Relay relay;
  private final Passenger passenger;
  private final Passenger.Way way;
  private final Lease lease;
  private final Resume resume;
  private @Nullable BackendConnection connection;
  private @Nullable Future<?> bound;
  private boolean agreed;
  private boolean over;

  MoveAttempt(
      Move move, Relay relay, Passenger passenger, Passenger.Way way, Lease lease, Resume resume) {
    this.move = move;
    this.relay = relay;
    this.passenger = passenger;
    this.way = way;
    this.lease = lease;
    this.resume = resume;
  }

  void start() {
    bound =
        relay
            .loop()
            .eventLoop()
            .schedule(
                () -> fail(new UpstreamFailure(Kind.ANSWER_TIMEOUT, "no answer in time")),
                way.timeout().toNanos(),
                TimeUnit.NANOSECONDS);
    way.connector().connect(way.upstream(), lease.backend(), 0, this::onConnected);
  }

  private void onConnected(Connector.Result result) {
    if (result instanceof Connector.Result.Failed failed) {
      fail(failed.failure());
      return;
    }
    BackendConnection to = ((Connector.Result.Connected) result).connection();
    if (over) {
      to.close();
    } else if (passenger.way() == null) {
      to.close();
      over = true;
      move.onWayGone();
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
      move.nextAfter(Failure.REFUSED);
      return;
    }
    if (!passenger.accepts(head)) {
      fail(new UpstreamFailure(Kind.BAD_ACCEPT, "wrong answer to a handshake"));
      return;
    }
    agreed = passenger.agrees(head);
    if (agreed) {
      passenger.onAnswer(lease, status);
    } else {
      passenger.onOtherTerms(lease, head);
      move.nextAfter(Failure.OTHER_TERMS);
    }
  }

  @Override
  public void onBody(HttpContent part) {
    part.release();
    if (agreed && part instanceof LastHttpContent && connection != null) {
      stop();
      move.onAgreed(connection);
    }
  }

  @Override
  public void onGone(UpstreamFailure failure) {
    fail(failure);
  }

  private void fail(UpstreamFailure failure) {
    if (!over) {
      move.onGone(failure);
    }
  }

  private void stop() {
    over = true;
    if (bound != null) {
      bound.cancel(false);
    }
  }

  /** Tells nothing any more, and leaves its backend. */
  void drop() {
    stop();
    if (connection != null) {
      connection.close();
    }
  }
}
