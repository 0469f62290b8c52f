package io.holdfast.listen;

import io.holdfast.balance.AffinityCookie;
import io.holdfast.balance.Balancer;
import io.holdfast.balance.Lease;
import io.holdfast.balance.LiveBackend;
import io.holdfast.model.Timeouts;
import io.holdfast.upstream.BackendConnection;
import io.holdfast.upstream.BackendListener;
import io.holdfast.upstream.BackendRequest;
import io.holdfast.upstream.Connector;
import io.holdfast.upstream.UpstreamFailure;
import io.holdfast.upstream.UpstreamFailure.Kind;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Select and connect: one backend after another, until one answers or no more may be tried. What
 * was not sent may always be tried again; what was sent only if it is {@link #repeatable}, within
 * the retry budget.
 */
final class Attempts implements BackendListener {
  /** Requests that cannot be repeated take no connection that its backend may be closing now. */
  private static final long FRESH = TimeUnit.SECONDS.toNanos(2);

  /** More interim answers are no service to anybody, and each costs us one. */
  private static final int MOST_INTERIM = 100;

  /** What becomes of it. */
  interface Outcome {
    /** Whether the client still owes a part of its request. */
    boolean requestPending();

    /** The head was sent; its body, if any, can follow. */
    void onSent(BackendConnection connection);

    /** An interim answer other than 101. */
    void onInterim(HttpResponse head);

    /** The backend takes no more of the body for now, or takes it again. */
    void onBackendWritability(boolean writable);

    /** The answer's head. The callee must take the connection over, or close it, and the lease. */
    void onAnswer(BackendConnection connection, Lease lease, HttpResponse head);

    /** All that could be tried was tried. */
    void onFailed(UpstreamFailure last);
  }

  private final ClientConnection client;
  private final Request.Story story;
  private final Routing.Target target;
  private final Outcome outcome;
  private final boolean handshake;
  private final boolean repeatable;
  private final AffinityCookie.@Nullable Promise promise;
  private final Set<LiveBackend> tried = new HashSet<>();
  private final SilenceTimer answerTimer;

  private int interim;
  private boolean ended;
  private @Nullable Lease lease;
  private @Nullable BackendConnection connection;

  Attempts(
      ClientConnection client,
      Request.Story story,
      Routing.Target target,
      Outcome outcome,
      boolean handshake,
      boolean repeatable) {
    this.client = client;
    this.story = story;
    this.target = target;
    this.outcome = outcome;
    this.handshake = handshake;
    this.repeatable = repeatable;
    this.answerTimer = new SilenceTimer(client.worker().eventLoop(), this::onTimeout);
    this.promise = Affinity.promise(story.request.head(), target.balancer().cookie());
  }

  /** Begins with the promised backend, or the algorithm's choice. */
  void start() {
    target.balancer().retryBudget().onRequest();
    Lease first = choose(promise == null ? null : promise.backend());
    if (first == null) {
      ended = true;
      outcome.onFailed(new UpstreamFailure(Kind.UNAVAILABLE, "no backend takes work"));
    } else {
      attempt(first, true);
    }
  }

  /** Whether the client needs a new cookie, now that {@code chosen} has answered. */
  boolean needsCookie(LiveBackend chosen) {
    return promise == null || !promise.fresh() || promise.backend() != chosen.id();
  }

  /** The client is still sending: the wait for the answer begins anew. */
  void onRequestProgress() {
    answerTimer.sign();
  }

  /** The client is gone. */
  void cancel() {
    ended = true;
    drop();
  }

  private @Nullable Lease choose(@Nullable Long promised) {
    Balancer balancer = target.balancer();
    return balancer.choose(promised, tried, handshake ? Lease.Kind.HANDSHAKE : Lease.Kind.EXCHANGE);
  }

  private void attempt(Lease next, boolean mayReuse) {
    lease = next;
    tried.add(next.live());
    story.tries++;
    story.backend = next.backend().address();
    long maxIdle = handshake || !mayReuse ? 0 : repeatable ? Long.MAX_VALUE : FRESH;
    client
        .worker()
        .connector()
        .connect(target.upstream(), next.backend(), maxIdle, this::onConnected);
  }

  private void onConnected(Connector.Result result) {
    switch (result) {
      case Connector.Result.Failed failed when !ended -> fail(failed.failure());
      case Connector.Result.Failed failed -> {}
      case Connector.Result.Connected connected when ended -> connected.connection().close();
      case Connector.Result.Connected connected -> send(connected.connection());
    }
  }

  private void send(BackendConnection to) {
    Lease present = lease;
    if (present == null) {
      to.close();
      return;
    }
    connection = to;
    interim = 0;
    HttpRequest head =
        BackendRequest.of(
            story.request.head(),
            story.request.from(),
            story.request.id(),
            target.route(),
            target.balancer().service().host(),
            present.backend(),
            handshake);
    Timeouts timeouts = target.balancer().service().timeouts();
    answerTimer.start((handshake ? timeouts.handshake() : timeouts.response()).toNanos());
    to.send(head, this);
    if (connection == to) {
      outcome.onSent(to);
    }
  }

  private void onTimeout() {
    if (ended) {
      return;
    }
    if (outcome.requestPending()) {
      // Not the backend's fault: it waits for the client as we do.
      drop();
      ended = true;
      outcome.onFailed(new UpstreamFailure(Kind.REQUEST_TIMEOUT, "the request's body stalled"));
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
        outcome.onInterim(head);
      }
      return;
    }
    if (status == 101 && !isRightSwitch(head)) {
      fail(new UpstreamFailure(Kind.BAD_ACCEPT, "wrong answer to a handshake"));
      return;
    }
    boolean unavailable = handshake && status >= 502 && status <= 504;
    if (unavailable) {
      UpstreamFailure failure = new UpstreamFailure(Kind.UNAVAILABLE, "answered " + status);
      if (takeRetry(Kind.UNAVAILABLE)) {
        failAndRetry(failure);
        return;
      }
      countFailure(failure);
    }
    BackendConnection present = connection;
    Lease place = lease;
    answerTimer.stop();
    ended = true;
    connection = null;
    lease = null;
    if (present != null && place != null) {
      outcome.onAnswer(present, place, head);
    }
  }

  private boolean isRightSwitch(HttpResponse head) {
    return handshake
        && HandshakeCheck.isAnswer(head.headers(), HandshakeCheck.accept(story.request.head()));
  }

  /** Whether there is another backend, and leave to try it, which is spent. */
  private boolean takeRetry(Kind kind) {
    return story.tries <= target.balancer().service().retries().max()
        && (kind.unsent() || repeatable)
        && target.balancer().hasOther(tried)
        && (kind.unsent() || target.balancer().retryBudget().tryRetry());
  }

  @Override
  public void onBody(HttpContent part) {
    part.release();
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void onWritability(boolean writable) {
    outcome.onBackendWritability(writable);
  }

  @Override
  public void onGone(UpstreamFailure failure) {
    if (ended) {
      return;
    }
    BackendConnection broken = connection;
    Lease place = lease;
    boolean stale = broken != null && broken.used() && failure.kind() == Kind.CLOSED_EARLY;
    if (stale && repeatable && place != null) {
      // The backend closed an idle connection just as we used it: no failure of either.
      drop();
      tried.remove(place.live());
      story.tries--;
      Lease again = choose(place.live().id());
      if (again != null) {
        attempt(again, false);
        return;
      }
    }
    fail(failure);
  }

  private void fail(UpstreamFailure failure) {
    if (takeRetry(failure.kind())) {
      failAndRetry(failure);
      return;
    }
    countFailure(failure);
    drop();
    ended = true;
    outcome.onFailed(failure);
  }

  private void failAndRetry(UpstreamFailure failure) {
    String reason = countFailure(failure);
    drop();
    Lease next = choose(null);
    if (next == null) {
      ended = true;
      outcome.onFailed(failure);
      return;
    }
    client.shared().meters().retry(story.service(), reason);
    attempt(next, true);
  }

  private String countFailure(UpstreamFailure failure) {
    String reason = failure.kind().name().toLowerCase(Locale.ROOT);
    if (lease != null) {
      String address = lease.live().address();
      client.shared().meters().backendFailure(story.service(), address, reason);
      Failures.report(lease.live(), failure);
    }
    return reason;
  }

  private void drop() {
    answerTimer.stop();
    if (connection != null) {
      connection.close();
      connection = null;
    }
    if (lease != null) {
      lease.close();
      lease = null;
    }
  }
}
