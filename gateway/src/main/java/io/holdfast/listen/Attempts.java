package io.holdfast.listen;

import io.holdfast.balance.Balancer;
import io.holdfast.balance.Choice;
import io.holdfast.balance.Lease;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.Turns;
import io.holdfast.balance.Wish;
import io.holdfast.model.Capacity;
import io.holdfast.model.Capacity.WhenFull;
import io.holdfast.upstream.BackendConnection;
import io.holdfast.upstream.UpstreamFailure;
import io.holdfast.upstream.UpstreamFailure.Kind;
import io.netty.handler.codec.http.HttpResponse;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Select and connect: one backend after another, until one answers or no more may be tried. What
 * was not sent may always be tried again; what was sent only if it is {@link #repeatable}, within
 * the retry budget.
 */
final class Attempts {
  /** Requests that cannot be repeated take no connection that its backend may be closing now. */
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(10);

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
  private final Affinity affinity;
  private final Verdicts verdicts;
  private final Set<LiveBackend> tried = new HashSet<>();
  private @Nullable Attempt present;
  private @Nullable PlaceWait queued;

  /** Goes on when it is its turn; null mostly. */
  private Turns.@Nullable Turn turn;

  /** Looks whether its backend has fewer pending handshakes by now; null mostly. */
  private @Nullable Future<?> again;

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
    this.ask = Ask.of(story.request, target, handshake);
    this.repeatable = repeatable;
    this.verdicts = new Verdicts(client.shared(), target, handshake);
    this.affinity = new Affinity(story.request, target.balancer());
  }

  /** Begins with the promised backend, or the algorithm's choice. */
  void start() {
    target.balancer().retryBudget().onRequest();
    Balancer balancer = target.balancer();
    goOn(balancer.turns(), ask.handshake() ? balancer.turn() : 0, this::choose);
  }

  /** Goes on when it is its turn; a negative wait means that it has none. */
  private void goOn(Turns turns, long wait, Runnable next) {
    if (wait < 0) {
      giveUp(Failures.paced());
    } else if (wait == 0) {
      next.run();
    } else {
      client.shared().meters().handshakeWaits(story.service());
      turn =
          turns.await(
              wait,
              client.worker().eventLoop(),
              () -> {
                turn = null;
                next.run();
              });
    }
  }

  private void choose() {
    Choice choice = choose(affinity.wish());
    if (choice instanceof Choice.None none) {
      waitOrGiveUp(none);
    } else {
      attempt((Lease) choice, true);
    }
  }

  private void waitOrGiveUp(Choice.None none) {
    if (!target.balancer().queues(none)) {
      giveUp(Failures.of(none));
      return;
    }
    PlaceWait place =
        new PlaceWait(
            client.worker().eventLoop(),
            lease -> attempt(lease, true),
            () -> giveUp(Failures.of(none)));
    queued = place;
    place.start(target.balancer(), none, kind(), () -> choose(affinity.wish()));
  }

  /** What its backends know the connection by; empty when it does not move. */
  String session() {
    return ask.session();
  }

  /** What brings this client back. */
  Affinity affinity() {
    return affinity;
  }

  /** The client is still sending: the wait for the answer begins anew. */
  void onRequestProgress() {
    if (present != null) {
      present.onRequestProgress();
    }
  }

  /** Whether it waits for its turn. */
  boolean waits() {
    return turn != null;
  }

  /** The client is gone. */
  void cancel() {
    if (queued != null) {
      queued.cancel();
    }
    drop();
  }

  private Choice choose(Wish wish) {
    return target.balancer().choose(wish, tried, kind());
  }

  private Lease.Kind kind() {
    return ask.handshake() ? Lease.Kind.HANDSHAKE : Lease.Kind.EXCHANGE;
  }

  private void attempt(Lease next, boolean mayReuse) {
    tried.add(next.live());
    affinity.onTry(next.live());
    story.tries++;
    story.backend = next.backend().address();
    long maxIdle = ask.handshake() || !mayReuse ? 0 : repeatable ? Long.MAX_VALUE : FRESH;
    Attempt attempt = new Attempt(this, next, client.worker().eventLoop());
    present = attempt;
    long wait = ask.handshake() ? target.balancer().turn(next) : 0;
    if (wait < 0 && takeRetry(Kind.PACED)) {
      retry(Failures.paced());
    } else {
      goOn(next.live().turns(), wait, () -> connect(attempt, maxIdle, System.nanoTime()));
    }
  }

  /** The turn has come, or is here since {@code since}. */
  private void connect(Attempt attempt, long maxIdle, long since) {
    Lease place = attempt.lease();
    Capacity capacity = target.balancer().service().capacity();
    long waited = System.nanoTime() - since;
    if (place.begin()) {
      client
          .worker()
          .connector()
          .connect(target.upstream(), place.backend(), maxIdle, attempt::onConnected);
    } else if (capacity.whenFull() == WhenFull.QUEUE
        && waited < capacity.queueTimeout().toNanos()) {
      // It has a place, and waits for others to have shaken hands.
      again =
          client
              .worker()
              .eventLoop()
              .schedule(() -> connect(attempt, maxIdle, since), LOOK, TimeUnit.NANOSECONDS);
    } else if (capacity.whenFull() == WhenFull.NEXT || !isPromised(place.live())) {
      onFailure(Failures.full());
    } else {
      giveUp(Failures.full());
    }
  }

  private boolean isPromised(LiveBackend live) {
    Long promised = affinity.wish().promised();
    return promised != null && promised == live.id();
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
    verdicts.count(attempt.lease(), status);
    if (verdicts.unavailable(status)) {
      UpstreamFailure failure = new UpstreamFailure(Kind.UNAVAILABLE, "answered " + status);
      if (takeRetry(Kind.UNAVAILABLE)) {
        retry(failure);
        return;
      }
      countFailure(failure);
    }
    verdicts.answered(attempt.lease(), status);
    attempt.handedOver();
    present = null;
    outcome.onAnswer(from, attempt.lease(), head);
  }

  /** The backend closed an idle connection just as we used it: no failure of either. */
  void onStale(Attempt attempt, UpstreamFailure failure) {
    if (repeatable || failure.kind().unsent()) {
      // In the same place: given back, it would be somebody else's at once if all are full.
      attempt.dropConnection();
      story.tries--;
      attempt(attempt.lease(), false);
    } else {
      onFailure(failure);
    }
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
        && target.balancer().hasOther(affinity.wish(), tried, kind())
        && (kind.unsent() || target.balancer().retryBudget().tryRetry());
  }

  private void retry(UpstreamFailure failure) {
    countFailure(failure);
    drop();
    if (choose(affinity.wish()) instanceof Lease next) {
      client.shared().meters().retry(story.service(), Verdicts.reason(failure));
      attempt(next, true);
    } else {
      giveUp(failure);
    }
  }

  private void countFailure(UpstreamFailure failure) {
    // No backend is to blame for what was never asked.
    boolean asked = failure.kind() != Kind.PACED && failure.kind() != Kind.FULL;
    if (present != null && asked) {
      verdicts.failed(present.lease(), failure);
    }
  }

  private void drop() {
    if (turn != null) {
      turn.leave();
    }
    if (again != null) {
      again.cancel(false);
    }
    Attempt attempt = present;
    present = null;
    if (attempt != null) {
      attempt.drop();
    }
  }
}
