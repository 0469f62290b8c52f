package io.holdfast.listen;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.holdfast.balance.Lease;
import io.holdfast.balance.LiveBackend;
import io.holdfast.balance.Wish;
import io.holdfast.lifecycle.Move;
import io.holdfast.lifecycle.Passenger;
import io.holdfast.model.Backend;
import io.holdfast.model.MigrationPolicy;
import io.holdfast.observe.AccessEntry;
import io.holdfast.observe.EndedBy;
import io.holdfast.relay.MoveOutcome;
import io.holdfast.relay.MoveOutcome.Failure;
import io.holdfast.relay.Relay;
import io.holdfast.relay.RelayEnd;
import io.holdfast.relay.RelayOwner;
import io.holdfast.relay.Resume;
import io.holdfast.upstream.Connector;
import io.holdfast.upstream.UpstreamFailure;
import io.holdfast.upstream.UpstreamFailure.Kind;
import io.holdfast.websocket.CloseCode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is remembered of the handshake while its relay lives: not the heads, which are large. */
public final class RelayStory implements RelayOwner, Passenger {
  private AccessEntry opening;
  private final long startNanos;
  private Lease lease;
  private final Shared shared;
  private final Connector connector;

  /** What it takes to move; null for a relay that does not. */
  private final @Nullable Journey journey;

  /** Looks for another backend; null mostly. */
  private @Nullable Move move;

  private final Hops hops;

  /** That the backend was lost has been counted. */
  private boolean lost;

  RelayStory(Request.Story story, Lease lease, ClientConnection client, @Nullable Journey journey) {
    this.opening = story.entry();
    this.startNanos = story.request.startNanos();
    this.hops = new Hops(startNanos);
    this.lease = lease;
    this.shared = client.shared();
    this.connector = client.worker().connector();
    this.journey = journey;
  }

  /** Id of the client connection. */
  public String connectionId() {
    return opening.connectionId();
  }

  /** Address of the client. */
  public String client() {
    return opening.client();
  }

  /** Name of the route that it came by. */
  public String route() {
    return requireNonNullElse(opening.route(), "");
  }

  @Override
  public LiveBackend backend() {
    return lease.live();
  }

  /** When the handshake came. */
  public Instant since() {
    return opening.start();
  }

  /** Whether it can go to another backend while its client notices nothing. */
  public boolean movable() {
    return journey != null;
  }

  /** How often it went to another backend. */
  public int moves() {
    return opening.moves();
  }

  // Moves.

  /**
   * Begins to take {@code relay}, which is this one's, to another backend.
   *
   * @param without backends that it must not go to
   * @param told hears what becomes of it
   */
  public void move(Relay relay, Set<LiveBackend> without, MoveOutcome told) {
    if (journey == null || move != null) {
      told.onFailed(journey == null ? Failure.IMMOVABLE : Failure.MOVING);
      return;
    }
    Set<LiveBackend> all = new HashSet<>(without);
    all.addAll(hops.unfit());
    Move prepared = Move.prepare(relay, this, Resume.PLANNED, all, told);
    if (prepared == null && !hops.unfit().isEmpty()) {
      hops.forgive();
      prepared = Move.prepare(relay, this, Resume.PLANNED, without, told);
    }
    if (prepared == null) {
      told.onFailed(Failure.NO_BACKEND);
      return;
    }
    move = prepared;
    prepared.begin();
  }

  @Override
  public @Nullable Runnable rescue(Relay relay, Resume why, String how) {
    if (journey == null) {
      return null;
    }
    if (move != null) {
      move.cancel();
    }
    Way way = way();
    boolean again = way != null && hops.rescue(way.balancer().service().retries().max() + 1);
    Move prepared = again ? Move.prepare(relay, this, why, Set.of(), Untold.INSTANCE) : null;
    if (prepared == null) {
      return null;
    }
    if (why == Resume.LOST) {
      lost = true;
      lease.live().tally().end(true);
      onBroken(lease.live(), how);
    }
    move = prepared;
    return prepared::begin;
  }

  /** Nobody waits for a rescue. */
  private enum Untold implements MoveOutcome {
    INSTANCE;

    @Override
    public void onCommitted() {}

    @Override
    public void onMoved(long settleNanos, long stallNanos, boolean settled) {}

    @Override
    public void onFailed(Failure failure) {}
  }

  private Journey journey() {
    return requireNonNull(journey, "asked of those that move");
  }

  /** By the policy of today: the relay may be older than it. */
  private Routing.@Nullable Target target() {
    return shared.routing().get().targets().get(route());
  }

  @Override
  public @Nullable Way way() {
    Routing.Target target = target();
    MigrationPolicy moves = target == null ? null : target.balancer().service().migration();
    return target == null || moves == null
        ? null
        : new Way(target.balancer(), target.upstream(), connector, moves.timeout());
  }

  private Request request() {
    return new Request(
        opening.connectionId(),
        opening.requestId(),
        journey().head(),
        journey().from(),
        opening.client(),
        opening.listener(),
        opening.start(),
        startNanos);
  }

  private Ask ask(Routing.Target target) {
    return new Ask(request(), target, true, journey().session());
  }

  @Override
  public Wish wish() {
    Routing.Target target = target();
    if (target == null) {
      return Wish.ANY;
    }
    Wish wish = new Affinity(request(), target.balancer()).wish();
    boolean here = wish.promised() != null && wish.promised() == lease.live().id();
    return here ? wish.unpromised() : wish;
  }

  @Override
  public HttpRequest headFor(Backend backend, Resume resume) {
    Routing.Target target = requireNonNull(target(), "asked of those that have a way");
    HttpRequest head = ask(target).headFor(backend);
    head.headers().set(Resume.HEADER, resume.word());
    if (!journey().extended()) {
      // Else one that compresses would agree to what the client knows nothing of.
      head.headers().remove(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS);
    }
    return head;
  }

  @Override
  public boolean accepts(HttpResponse answer) {
    Routing.Target target = target();
    return target != null && ask(target).isRightSwitch(answer);
  }

  @Override
  public boolean agrees(HttpResponse answer) {
    return journey().agrees(answer);
  }

  @Override
  public void onAnswer(Lease at, int status) {
    Routing.Target target = target();
    if (target != null) {
      Verdicts verdicts = new Verdicts(shared, target, true);
      verdicts.count(at, status);
      verdicts.answered(at, status);
      if (verdicts.unavailable(status)) {
        verdicts.failed(at, new UpstreamFailure(Kind.UNAVAILABLE, "answered " + status));
      } else if (status != 101) {
        Failures.reportMove(at.live(), "it answered " + status);
      }
    }
  }

  @Override
  public void onOtherTerms(Lease at, HttpResponse answer) {
    // No client that comes anew is refused so, but it is no less a failure for this one.
    at.live().tally().handshake(false);
    Failures.reportMove(at.live(), journey().difference(answer));
  }

  @Override
  public void onFailure(Lease lease, UpstreamFailure failure) {
    Routing.Target target = target();
    if (target != null) {
      new Verdicts(shared, target, true).failed(lease, failure);
    }
  }

  @Override
  public void onUnfit(Lease at) {
    hops.onUnfit(at.live());
    Failures.reportMove(at.live(), "it left, or did not answer, after its 101");
    Routing.Target target = target();
    if (target != null && target.balancer().live().contains(at.live())) {
      shared.ejections().unfit(target.balancer(), at.live(), "left a relay that was to move there");
    }
  }

  @Override
  public void onCommitted(Resume resume, Lease to) {
    hops.onTaken();
    shared.ejections().took(to.live());
    if (resume == Resume.CLOSED) {
      lease.live().tally().end(false);
    }
    lost = false;
    lease.close();
    lease = to;
    opening = opening.moved(to.backend().address());
    Routing.Target target = target();
    if (target != null) {
      new Affinity(request(), target.balancer()).onTry(to.live());
    }
  }

  @Override
  public void onOver(Resume resume, String outcome, long settleNanos, long stallNanos) {
    move = null;
    shared.meters().move(lease.live().service(), resume.word(), outcome, settleNanos, stallNanos);
  }

  // The end.

  @Override
  public void onPong(long nanos) {
    lease.live().tally().pong(nanos);
  }

  @Override
  public void onRelayEnd(Relay relay, RelayEnd end) {
    if (move != null) {
      move.cancel();
    }
    boolean broken = end.by() == EndedBy.BACKEND && end.code() == CloseCode.ABNORMAL;
    boolean failed = end.by() == EndedBy.BACKEND && end.code() == CloseCode.INTERNAL_ERROR;
    if (!lost) {
      lease.live().tally().end(broken || failed);
      if (broken) {
        onBroken(lease.live(), end.why());
      } else {
        shared.ejections().ended(lease.live());
      }
    }
    lease.close();
    shared
        .accessLog()
        .write(
            opening.ended(
                System.nanoTime() - startNanos,
                relay.messagesFromClient(),
                relay.messagesFromBackend(),
                relay.bytesFromClient(),
                relay.bytesFromBackend(),
                end.code(),
                end.by(),
                end.reset() ? end.why() + "; reset" : end.why()));
  }

  private void onBroken(LiveBackend at, String why) {
    Routing.Target target = target();
    if (target != null && target.balancer().live().contains(at)) {
      shared.ejections().broken(target.balancer(), at, why);
    }
  }
}
