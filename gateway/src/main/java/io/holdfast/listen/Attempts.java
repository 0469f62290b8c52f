package io.holdfast.listen;

import io.holdfast.balance.AffinityCookie;
import io.holdfast.balance.Balancer;
import io.holdfast.balance.Lease;
import io.holdfast.balance.LiveBackend;
import io.holdfast.model.ClientKey;
import io.holdfast.upstream.BackendConnection;
import io.holdfast.upstream.UpstreamFailure;
import io.holdfast.upstream.UpstreamFailure.Kind;
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
final class Attempts {
  /** Requests that cannot be repeated take no connection that its backend may be closing now. */
  private static final long FRESH = TimeUnit.SECONDS.toNanos(2);

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
  private final Ask ask;
  private final boolean repeatable;
  private final AffinityCookie.@Nullable Promise promise;

  /** The hash of the client's key, if the service goes by one. */
  private final long key;

  private final Set<LiveBackend> tried = new HashSet<>();
  private @Nullable Attempt present;

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
    this.ask = new Ask(story.request, target, handshake);
    this.repeatable = repeatable;
    this.promise = Affinity.promise(story.request.head(), target.balancer().cookie());
    ClientKey by = target.balancer().key();
    this.key = by == null ? 0 : Balancer.hash(ClientKeys.of(by, story.request));
  }

  /** Begins with the promised backend, or the algorithm's choice. */
  void start() {
    target.balancer().retryBudget().onRequest();
    Lease first = choose(promise == null ? null : promise.backend());
    if (first == null) {
      giveUp(new UpstreamFailure(Kind.UNAVAILABLE, "no backend takes work"));
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
    if (present != null) {
      present.onRequestProgress();
    }
  }

  /** The client is gone. */
  void cancel() {
    drop();
  }

  private @Nullable Lease choose(@Nullable Long promised) {
    Balancer balancer = target.balancer();
    Lease.Kind kind = ask.handshake() ? Lease.Kind.HANDSHAKE : Lease.Kind.EXCHANGE;
    return balancer.choose(promised, tried, kind, key);
  }

  private void attempt(Lease next, boolean mayReuse) {
    tried.add(next.live());
    story.tries++;
    story.backend = next.backend().address();
    long maxIdle = ask.handshake() || !mayReuse ? 0 : repeatable ? Long.MAX_VALUE : FRESH;
    Attempt attempt = new Attempt(this, next, client.worker().eventLoop());
    present = attempt;
    client
        .worker()
        .connector()
        .connect(target.upstream(), next.backend(), maxIdle, attempt::onConnected);
  }

  // What the present attempt asks.

  Outcome outcome() {
    return outcome;
  }

  Ask ask() {
    return ask;
  }

  // What the present attempt tells.

  /** The final answer's head. */
  void onAnswer(Attempt attempt, BackendConnection from, HttpResponse head) {
    int status = head.status().code();
    if (ask.handshake() && status >= 502 && status <= 504) {
      UpstreamFailure failure = new UpstreamFailure(Kind.UNAVAILABLE, "answered " + status);
      if (takeRetry(Kind.UNAVAILABLE)) {
        retry(failure);
        return;
      }
      countFailure(failure);
    } else if (ask.handshake() && status >= 500) {
      client
          .shared()
          .ejections()
          .failed(target.balancer(), attempt.lease().live(), "answered " + status);
    }
    if (status < 500) {
      client.shared().ejections().succeeded(attempt.lease());
    }
    attempt.handedOver();
    present = null;
    outcome.onAnswer(from, attempt.lease(), head);
  }

  /** The backend closed an idle connection just as we used it: no failure of either. */
  void onStale(Attempt attempt, UpstreamFailure failure) {
    if (repeatable || failure.kind().unsent()) {
      drop();
      tried.remove(attempt.lease().live());
      story.tries--;
      Lease again = choose(attempt.lease().live().id());
      if (again != null) {
        attempt(again, false);
        return;
      }
    }
    onFailure(failure);
  }

  /**
   * An attempt has waited for a while.
   *
   * @return whether it was given up for another backend
   */
  boolean onSilence(Attempt attempt) {
    if (!attempt.isHung() || !takeRetry(Kind.ANSWER_TIMEOUT)) {
      return false;
    }
    retry(new UpstreamFailure(Kind.ANSWER_TIMEOUT, "answers nobody"));
    return true;
  }

  /** The backend failed. */
  void onFailure(UpstreamFailure failure) {
    if (takeRetry(failure.kind())) {
      retry(failure);
    } else {
      countFailure(failure);
      giveUp(failure);
    }
  }

  /** Nothing more is tried. */
  void giveUp(UpstreamFailure failure) {
    drop();
    outcome.onFailed(failure);
  }

  /** Whether there is another backend, and leave to try it, which is spent. */
  private boolean takeRetry(Kind kind) {
    return story.tries <= target.balancer().service().retries().max()
        && (kind.unsent() || repeatable)
        && target.balancer().hasOther(tried)
        && (kind.unsent() || target.balancer().retryBudget().tryRetry());
  }

  private void retry(UpstreamFailure failure) {
    String reason = countFailure(failure);
    drop();
    Lease next = choose(null);
    if (next == null) {
      giveUp(failure);
      return;
    }
    client.shared().meters().retry(story.service(), reason);
    attempt(next, true);
  }

  private String countFailure(UpstreamFailure failure) {
    String reason = failure.kind().name().toLowerCase(Locale.ROOT);
    if (present != null) {
      LiveBackend live = present.lease().live();
      client.shared().meters().backendFailure(story.service(), live.address(), reason);
      // An answer to a plain request may take long for reasons of its own.
      if (ask.handshake() || failure.kind().unsent()) {
        String why = reason + ", " + failure.detail();
        client.shared().ejections().failed(target.balancer(), live, why);
      }
      Failures.report(live, failure);
    }
    return reason;
  }

  private void drop() {
    Attempt attempt = present;
    present = null;
    if (attempt != null) {
      attempt.drop();
    }
  }
}
