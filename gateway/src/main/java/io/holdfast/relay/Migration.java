package io.holdfast.relay;

import static java.util.Objects.requireNonNull;

import io.holdfast.model.MigrationPolicy;
import io.holdfast.model.MigrationPolicy.Busy;
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
    /** Waits for silence both ways. */
    SETTLING,
    /** Was never silent: waits for the end of the client's message. */
    STOPPING,
    /** The client is held: the old backend may have its last words. */
    HUSHING,
    /** Waits for the answers to the prologue. */
    OPENING,
    /** The old backend was sent a Close and is heard out. */
    CLOSING,
    OVER
  }

  /** Of a busy relay so many times the silence is waited for once its client is held. */
  private static final int LAST_WORDS = 2;

  private final Relay relay;
  private final MigrationPolicy policy;
  private final Leg client;
  private final Leg old;
  private final boolean rescue;
  private Step step;
  private @Nullable Leg fresh;
  private @Nullable MoveOutcome outcome;
  private final Hold fromClient = new Hold();
  private final Hold fromFresh = new Hold();
  private long since;
  private long lastData;
  private long attachedAt;
  private long heldAt;
  private boolean settled = true;

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
   * @param rescue whether the old backend is gone
   */
  private Migration(Relay relay, MigrationPolicy policy, Leg client, Leg old, boolean rescue) {
    this.relay = relay;
    this.policy = policy;
    this.client = client;
    this.old = old;
    this.rescue = rescue;
    this.since = relay.time();
    // That one is kept to a tick only, and may have been as much later.
    this.lastData = relay.lastData() + RelayLoop.TICK;
    this.step = rescue ? Step.ADRIFT : Step.SETTLING;
  }

  /** A move away from {@code old}. */
  static Migration planned(Relay relay, MigrationPolicy policy, Leg client, Leg old) {
    return new Migration(relay, policy, client, old, false);
  }

  /**
   * Holds the client while another backend is looked for.
   *
   * @param code of the old one's Close
   * @param why it is gone
   */
  static Migration rescue(
      Relay relay, MigrationPolicy policy, Leg client, Leg old, int code, String why) {
    Migration rescue = new Migration(relay, policy, client, old, true);
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

  /** Whether it waits for a new backend. */
  boolean adrift() {
    return step == Step.ADRIFT;
  }

  /** The new backend has answered the handshake: {@code to} is its leg. */
  void attach(Leg to, MoveOutcome told) {
    fresh = to;
    outcome = told;
    to.tie(client);
    to.inlet.take(fromFresh);
    attachedAt = relay.time();
    if (rescue) {
      open();
    } else {
      since = relay.time();
      visit(since);
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
        if (quiet(now) && atRest()) {
          holdClient();
          open();
        } else if (waited >= policy.atMost().toNanos()) {
          onBusy();
        }
      }
      case STOPPING -> {
        if (late) {
          client.inlet.straight();
          fail(Failure.BUSY_LEFT);
        }
      }
      case HUSHING -> {
        long listened = now - Math.max(since, relay.loop().lateAt());
        boolean heard = quiet(now) || listened >= LAST_WORDS * policy.quiet().toNanos();
        if (heard && old.inlet.betweenMessages() && old.outlet.isEmpty()) {
          open();
        } else if (late) {
          fail(Failure.BUSY_LEFT);
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

  /** Silence that the gateway has slept through is none. */
  private boolean quiet(long now) {
    return now - Math.max(lastData, relay.loop().lateAt()) >= policy.quiet().toNanos();
  }

  /** Whether nothing is under way: no message, no Ping, nothing that waits for a slow reader. */
  private boolean atRest() {
    return client.inlet.betweenMessages()
        && old.inlet.betweenMessages()
        && old.outlet.isEmpty()
        && old.isReading()
        && client.isReading()
        && !old.liveness.owesPong()
        && !client.liveness.owesPong()
        && relay.mobility().spoken();
  }

  private void onBusy() {
    if (!relay.mobility().spoken()) {
      fail(Failure.PROLOGUE);
    } else if (policy.busy() == Busy.CLOSE) {
      relay.end(relay.drainCode(), "moves", "never silent");
    } else if (policy.busy() == Busy.LEAVE) {
      fail(Failure.BUSY_LEFT);
    } else {
      settled = false;
      since = relay.time();
      if (client.inlet.betweenMessages()) {
        onStopped();
      } else {
        step = Step.STOPPING;
        client.inlet.take(new UntilMessage(client.inlet, this::onStopped));
      }
    }
  }

  private void onStopped() {
    holdClient();
    since = relay.time();
    step = Step.HUSHING;
  }

  private void holdClient() {
    heldAt = relay.time();
    client.pauseReading();
    client.inlet.take(fromClient);
  }

  private void open() {
    since = relay.time();
    step = Step.OPENING;
    Prologue prologue = relay.mobility().prologue();
    if (prologue == null) {
      commit();
      return;
    }
    opening =
        new Opening(relay, prologue, fresh(), policy.swallowAnswers(), fromFresh, this::commit);
    opening.begin();
  }

  private void commit() {
    outcome().onCommitted();
    if (rescue) {
      release();
      return;
    }
    since = relay.time();
    step = Step.CLOSING;
    old.outlet.farewell(CloseCode.GOING_AWAY, "moved");
  }

  /** Something came from a leg. */
  void onRead(Leg from, boolean data) {
    if (data) {
      lastData = relay.time();
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
    old.leave(relay.patience());
    client.tie(to);
    client.inlet.letGo();
    client.outlet.flush();
    to.inlet.letGo();
    to.outlet.flush();
    client.outlet.flush();
    outcome().onMoved(rescue ? 0 : heldAt - attachedAt, relay.time() - heldAt, settled);
    client.resumeReading();
    to.start();
    if (freshEnded) {
      relay.onInputEnd(to, null);
    }
  }

  /** Leaves the relay as it was, or ends it where that cannot be. */
  void fail(Failure failure) {
    stop();
    if (rescue) {
      fromClient.release();
      relay.ending().onAbandoned(code, why);
    } else {
      client.resumeReading();
    }
    if (outcome != null) {
      outcome.onFailed(failure);
    }
  }

  /** The relay ends. */
  void onEnding() {
    if (step == Step.OVER) {
      return;
    }
    boolean busy = step == Step.SETTLING && !settledInTime();
    if (committed() && fresh != null) {
      fromClient.drainTo(fresh.outlet);
      if (client.inlet.closeRead()) {
        fresh.outlet.passedClose();
      }
    }
    stop();
    if (outcome != null) {
      outcome.onFailed(busy ? Failure.BUSY_CLOSED : Failure.ENDED);
    }
  }

  private boolean settledInTime() {
    return policy.busy() != Busy.CLOSE || relay.time() - since < policy.atMost().toNanos();
  }

  private void stop() {
    step = Step.OVER;
    relay.mobility().over();
    if (opening != null) {
      opening.stop();
    }
    if (fresh != null) {
      fresh.outlet.farewell(CloseCode.GOING_AWAY, "not moved");
      fresh.leave(relay.patience());
      fromFresh.release();
    }
    client.inlet.letGo();
    old.outlet.flush();
  }
}
