package io.holdfast.relay;

import static java.util.Objects.requireNonNull;

import io.holdfast.model.MigrationPolicy;
import io.holdfast.relay.MoveOutcome.Failure;
import io.holdfast.websocket.CloseCode;
import org.jspecify.annotations.Nullable;

/**
 * One move of a relay: settle, hold, say the prologue again, commit by a Close to the old backend,
 * pass on what that one still says, release. Until the commit any failure leaves the relay as it
 * was. Of a relay whose backend is gone already only the client is held until there is another.
 *
 * <p>On the relay's event loop. Times are {@link RelayLoop#time()}.
 */
final class Migration {
  private enum Step {
    /** The old backend is gone, the new one is being looked for. */
    ADRIFT,
    /** Waits until the relay may be taken from its backend. */
    SETTLING,
    /** Waits for the answers to the prologue. */
    OPENING,
    /** The old backend was sent a Close and is heard out. */
    CLOSING,
    OVER
  }

  private final Relay relay;
  private final MigrationPolicy policy;
  private final Leg client;
  private final Leg old;
  private final boolean rescue;
  private Step step;
  private @Nullable Leg fresh;
  private @Nullable MoveOutcome outcome;
  private final Hold fromClient;
  private final Hold fromFresh = new Hold();
  private long since;
  private long heldAt;

  /** Of a planned move; null for a rescue. */
  private @Nullable Settling settling;

  /** The new backend has ended, after the commit. */
  private boolean freshEnded;

  /** Says the prologue again; null while nothing is to be said. */
  private @Nullable Opening opening;

  // How the old backend went, of a rescue.
  private int code;
  private String why = "";

  /**
   * Begins.
   *
   * @param fromClient holds what the client says
   * @param rescue whether the old backend is gone
   */
  private Migration(
      Relay relay, MigrationPolicy policy, Leg client, Leg old, Hold fromClient, boolean rescue) {
    this.relay = relay;
    this.policy = policy;
    this.client = client;
    this.old = old;
    this.fromClient = fromClient;
    this.rescue = rescue;
    this.since = relay.time();
    this.step = rescue ? Step.ADRIFT : Step.SETTLING;
  }

  /**
   * A move away from {@code old}.
   *
   * @param call has a new backend attached, or the move fail, once that is wanted; null if there is
   *     one
   * @param told hears what becomes of it; null if {@link #attach} says who
   */
  static Migration planned(
      Relay relay,
      MigrationPolicy policy,
      Leg client,
      Leg old,
      @Nullable Runnable call,
      @Nullable MoveOutcome told) {
    Migration move = new Migration(relay, policy, client, old, new Hold(), false);
    move.outcome = told;
    move.settling = new Settling(relay, policy, client, old, move, call);
    return move;
  }

  /**
   * Holds the client while another backend is looked for.
   *
   * @param hold has what the client has said already that no backend has heard
   * @param code of the old one's Close
   * @param why it is gone
   */
  static Migration rescue(
      Relay relay, MigrationPolicy policy, Leg client, Leg old, Hold hold, int code, String why) {
    Migration rescue = new Migration(relay, policy, client, old, hold, true);
    rescue.code = code;
    rescue.why = why;
    rescue.holdClient();
    return rescue;
  }

  /** Whether the relay belongs to the new backend. */
  private boolean committed() {
    return step == Step.CLOSING;
  }

  /** Whether the old backend is gone. */
  boolean rescues() {
    return rescue;
  }

  /** Whether it has neither the old backend nor a new one. */
  boolean adrift() {
    return step == Step.ADRIFT;
  }

  /** Whether it waits for a new backend. */
  boolean calls() {
    return step == Step.ADRIFT || (settling != null && settling.calls());
  }

  /** The new backend has answered the handshake: {@code to} is its leg. */
  void attach(Leg to, MoveOutcome told) {
    fresh = to;
    outcome = told;
    to.tie(client);
    to.inlet.take(fromFresh);
    Prologue prologue = relay.mobility().prologue();
    if (prologue != null) {
      int had = (int) Math.min(policy.swallowAnswers(), relay.messagesFromBackend());
      opening = new Opening(relay, prologue, to, had, fromFresh, this::commit);
      opening.listen();
    }
    if (settling == null) {
      open();
      return;
    }
    if (prologue == null || policy.swallowAnswers() == 0) {
      to.readAnyway(); // a Close before the commit must leave all as it is
    }
    if (settling.calls()) {
      settling.answered();
    } else {
      settling.visit(relay.time());
    }
  }

  private Leg fresh() {
    return requireNonNull(fresh, "a new leg is attached first");
  }

  private MoveOutcome outcome() {
    return requireNonNull(outcome, "attached with the new leg");
  }

  /** Does what is due. */
  void visit(long now) {
    long waited = now - since;
    boolean late = waited >= policy.timeout().toNanos();
    switch (step) {
      case SETTLING -> {
        if (settling != null) {
          settling.visit(now);
        }
      }
      case OPENING -> {
        if (late) {
          fail(Failure.BACKEND);
        }
      }
      case CLOSING -> {
        if (!old.isReading()) {
          since = now; // what it still has to say waits for the client
        } else if (late) {
          onOldEnd();
        }
      }
      default -> {}
    }
  }

  /** From here on what the client says waits. */
  void holdClient() {
    heldAt = relay.time();
    client.pauseReading();
    client.inlet.take(fromClient);
  }

  /** Says the prologue again, if there is one, and goes over to the new backend. */
  void open() {
    since = relay.time();
    step = Step.OPENING;
    if (opening == null) {
      commit();
    } else {
      opening.begin();
    }
  }

  private void commit() {
    outcome().onCommitted();
    if (rescue) {
      release();
      return;
    }
    since = relay.time();
    step = Step.CLOSING;
    fresh().pauseReading(); // a Close from here on is one of the backend that it is then
    old.outlet.farewell(CloseCode.GOING_AWAY, "moved");
  }

  /** Something came from a leg. */
  void onRead(Leg from, boolean data) {
    if (data && settling != null && from != fresh) {
      settling.onData();
    }
    if (from == fresh && fromFresh.size() > policy.holdBuffer()) {
      fresh().pauseReading();
    }
  }

  /**
   * A leg's input has ended, with a Close or without.
   *
   * @return whether that is dealt with
   */
  boolean onEnd(Leg leg) {
    if (leg == fresh) {
      if (committed()) {
        freshEnded = true;
      } else {
        fail(Failure.BACKEND);
      }
      return true;
    }
    if (leg == old && committed()) {
      onOldEnd();
      return true;
    }
    return false;
  }

  /** A Close of the client is held: what was said before it must be heard by somebody. */
  void onClientClosed() {
    if (!committed()) {
      fail(Failure.ENDED);
    }
  }

  /** Nothing more comes from the old backend. */
  private void onOldEnd() {
    if (old.inlet.betweenMessages()) {
      release();
    } else {
      relay.ending().onBrokenOff();
    }
  }

  private void release() {
    step = Step.OVER;
    Leg to = fresh();
    relay.mobility().over();
    relay.changeBackend(to);
    client.liveness.onOtherPeer();
    old.leave(relay.patience());
    client.tie(to);
    if (!freshEnded) {
      client.inlet.letGo(); // else whoever comes next is to hear it
    }
    client.outlet.flush();
    to.inlet.letGo();
    to.outlet.flush();
    client.outlet.flush();
    long settle = settling == null ? 0 : settling.lasted(heldAt);
    boolean settled = settling == null || settling.silent();
    outcome().onMoved(settle, relay.time() - heldAt, settled);
    client.resumeReading();
    to.start();
    if (freshEnded) {
      relay.onInputEnd(to, null);
      if (!relay.mobility().rescues()) {
        client.inlet.letGo();
        client.resumeReading();
      }
    }
  }

  /** Leaves the relay as it was, has the next backend tried, or ends it where neither can be. */
  void fail(Failure failure) {
    MoveOutcome told = outcome;
    if (rescue && step == Step.OPENING && failure == Failure.BACKEND) {
      outcome = null;
      letFreshGo();
      step = Step.ADRIFT;
      requireNonNull(told).onFailed(failure);
      return;
    }
    stop();
    if (rescue) {
      fromClient.release();
      relay.ending().onAbandoned(code, why);
    }
    client.resumeReading();
    if (told != null) {
      told.onFailed(failure);
    }
  }

  /**
   * The old backend is gone: ends, but for what it holds of the client, for another to take over.
   */
  void giveWay() {
    halt();
    if (outcome != null) {
      outcome.onFailed(Failure.ENDED);
    }
  }

  /** The relay ends. */
  void onEnding() {
    if (step == Step.OVER) {
      return;
    }
    boolean busy = step == Step.SETTLING && settling != null && settling.outOfTime();
    boolean closed = busy && policy.busy() == MigrationPolicy.Busy.CLOSE;
    if (committed() && fresh != null) {
      fromClient.drainTo(fresh.outlet);
      if (client.inlet.closeRead()) {
        fresh.outlet.passedClose();
      } else if (client.inlet.stopsInsideFrame()) {
        fresh.outlet.end(); // in the middle of a frame there is no Close
      }
    }
    stop();
    client.resumeReading();
    if (outcome != null) {
      outcome.onFailed(closed ? Failure.BUSY_CLOSED : Failure.ENDED);
    }
  }

  private void stop() {
    halt();
    client.inlet.letGo();
    old.outlet.flush();
  }

  private void halt() {
    if (settling != null) {
      settling.stop();
    }
    step = Step.OVER;
    relay.mobility().over();
    letFreshGo();
  }

  private void letFreshGo() {
    if (opening != null) {
      opening.stop();
      opening = null;
    }
    if (fresh != null) {
      fresh.outlet.farewell(CloseCode.GOING_AWAY, "not moved");
      fresh.leave(relay.patience());
      fromFresh.release();
      fresh = null;
    }
  }
}
