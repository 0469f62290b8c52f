package io.holdfast.listen;

import io.holdfast.balance.Lease;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.State;
import io.holdfast.upstream.BackendConnection;
import io.holdfast.upstream.BackendListener;
import io.holdfast.upstream.Connector;
import io.holdfast.upstream.UpstreamFailure;
import io.holdfast.upstream.UpstreamFailure.Kind;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/** One backend that is tried: connected to, asked, and waited for until its answer's head comes. */
final class Attempt implements BackendListener {
  /** More interim answers are no service to anybody, and each costs us one. */
  private static final int MOST_INTERIM = 100;

  /** Handshakes that wait together before a backend that answers nobody is taken for hung. */
  private static final int SILENT = 3;

  /** As long as so many silences a client waits that tries a backend that was ejected. */
  private static final int TRIAL_PATIENCE = 3;

  private final Attempts attempts;
  private final Lease lease;
  private final SilenceTimer answerTimer;
  private @Nullable BackendConnection connection;
  private int interim;

  /** When it was sent, by {@link System#nanoTime()}. */
  private long sentAt;

  private boolean over;

  Attempt(Attempts attempts, Lease lease, EventLoop loop) {
    this.attempts = attempts;
    this.lease = lease;
    this.answerTimer = new SilenceTimer(loop, this::onTimeout);
  }

  Lease lease() {
    return lease;
  }

  /** Hears of the connection to send over, or that there is none. */
  void onConnected(Connector.Result result) {
    if (result instanceof Connector.Result.Failed failed) {
      fail(failed.failure());
      return;
    }
    BackendConnection connected = ((Connector.Result.Connected) result).connection();
    if (over) {
      connected.close();
    } else {
      send(connected);
    }
  }

  private void send(BackendConnection to) {
    connection = to;
    HttpRequest head = attempts.ask().headFor(lease.backend());
    sentAt = System.nanoTime();
    long patience = attempts.ask().patience();
    awaitAnswer(patience == 0 ? Long.MAX_VALUE : patience);
    to.send(head, this);
    if (!over) {
      attempts.outcome().onSent(to);
    }
  }

  private long waited() {
    return System.nanoTime() - sentAt;
  }

  /** Whether its backend is taken for one that answers nobody. */
  boolean isHung() {
    long silence = attempts.ask().silence();
    LiveBackend live = lease.live();
    // In a trial there is but one, and a backend that is slow must be able to pass it.
    return live.state() == State.TRIAL
        ? waited() >= TRIAL_PATIENCE * silence
        : live.isSilent(silence, SILENT);
  }

  /** At most so long, in nanoseconds, and not past the next look at whether anybody is answered. */
  private void awaitAnswer(long most) {
    long silence = attempts.ask().silence();
    long next = silence > 0 ? Math.min(silence, most) : most;
    answerTimer.start(next == Long.MAX_VALUE ? 0 : next);
  }

  /** The client is still sending: the wait for the answer begins anew. */
  void onRequestProgress() {
    answerTimer.sign();
  }

  private void onTimeout() {
    long patience = attempts.ask().patience();
    long waited = waited();
    if (attempts.ask().silence() > 0 && (patience == 0 || waited < patience)) {
      if (!attempts.onSilence(this)) {
        awaitAnswer(patience == 0 ? Long.MAX_VALUE : patience - waited);
      }
      return;
    }
    boolean backendReads = connection == null || connection.channel().isWritable();
    if (attempts.outcome().requestPending() && backendReads) {
      // Not the backend's fault: it waits for the client as we do.
      attempts.giveUp(new UpstreamFailure(Kind.REQUEST_TIMEOUT, "the request's body stalled"));
    } else {
      fail(new UpstreamFailure(Kind.ANSWER_TIMEOUT, "no answer in time"));
    }
  }

  @Override
  public void onHead(HttpResponse head) {
    int status = head.status().code();
    if (status >= 100 && status < 200 && status != 101) {
      if (++interim > MOST_INTERIM) {
        fail(new UpstreamFailure(Kind.BAD_ANSWER, "too many interim answers"));
      } else {
        attempts.outcome().onInterim(head);
      }
    } else if (status == 101 && !attempts.ask().isRightSwitch(head)) {
      fail(new UpstreamFailure(Kind.BAD_ACCEPT, "wrong answer to a handshake"));
    } else if (connection != null) {
      attempts.onAnswer(this, connection, head);
    }
  }

  @Override
  public void onBody(HttpContent part) {
    part.release();
  }

  @Override
  public void onWritability(boolean writable) {
    attempts.outcome().onBackendWritability(writable);
  }

  @Override
  public void onGone(UpstreamFailure failure) {
    if (over) {
      return;
    }
    boolean closed = failure.kind() == Kind.CLOSED_EARLY || failure.kind() == Kind.CLOSED_UNSENT;
    if (closed && connection != null && connection.used()) {
      attempts.onStale(this, failure);
    } else {
      fail(failure);
    }
  }

  private void fail(UpstreamFailure failure) {
    if (!over) {
      attempts.onFailure(failure);
    }
  }

  /** Somebody else has taken over the connection and the lease. */
  void handedOver() {
    over = true;
    answerTimer.stop();
  }

  /** Ends without giving back its place. */
  void dropConnection() {
    over = true;
    answerTimer.stop();
    if (connection != null) {
      connection.close();
    }
  }

  /** Gives back what it holds. */
  void drop() {
    dropConnection();
    lease.close();
  }
}
