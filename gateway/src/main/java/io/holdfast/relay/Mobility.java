package io.holdfast.relay;

import io.holdfast.model.MigrationPolicy;
import io.holdfast.websocket.CloseCode;
import org.jspecify.annotations.Nullable;

/** Whether a relay may move, and the move that is under way. */
final class Mobility {
  private final Relay relay;
  private final @Nullable MigrationPolicy policy;
  private final long patience;
  private final Leg client;
  private final @Nullable Prologue prologue;

  /** A move under way; null mostly. */
  private @Nullable Migration migration;

  Mobility(Relay relay, RelayPolicy policy, Leg client) {
    this.relay = relay;
    this.policy = policy.migration();
    this.patience = policy.close();
    this.client = client;
    this.prologue = prologue(policy.migration());
  }

  private @Nullable Prologue prologue(@Nullable MigrationPolicy moves) {
    if (moves == null || moves.clientMessages() == 0) {
      return null;
    }
    Prologue kept =
        new Prologue(
            client.inlet,
            moves.clientMessages(),
            moves.swallowAnswers(),
            moves.holdBuffer(),
            relay::messagesFromBackend);
    client.inlet.take(kept);
    return kept;
  }

  /** What the client said first; null when that is not kept. */
  @Nullable Prologue prologue() {
    return prologue;
  }

  /** Whether the prologue can be said again: the client has said all of it. */
  boolean spoken() {
    return prologue == null || prologue.complete();
  }

  /** Whether the client has had the answers that are swallowed when it is said again. */
  boolean answered() {
    return prologue == null
        || policy == null
        || relay.messagesFromBackend() >= policy.swallowAnswers();
  }

  /** Whether there is no backend just now, nor one that may become it. */
  boolean adrift() {
    return migration != null && migration.adrift();
  }

  /** Whether there is no backend just now. */
  boolean rescues() {
    return migration != null && migration.rescues();
  }

  /** Whether a move is under way. */
  boolean moves() {
    return migration != null;
  }

  /** See {@link Relay#settlesFirst}. */
  boolean settlesFirst() {
    return prologue != null && !adrift();
  }

  /** See {@link Relay#settle}. */
  void settle(Runnable call, MoveOutcome outcome) {
    if (!settlesFirst()) {
      call.run();
    } else if (policy == null || relay.closing() || migration != null) {
      outcome.onFailed(MoveOutcome.Failure.ENDED);
    } else {
      migration = Migration.planned(relay, policy, client, relay.backend(), call, outcome);
      relay.visitBy(relay.now());
    }
  }

  /** See {@link Relay#moveTo}. */
  boolean moveTo(Leg leg, MoveOutcome outcome) {
    if (policy == null || relay.closing()) {
      return false;
    }
    if (migration == null) {
      migration = Migration.planned(relay, policy, client, relay.backend(), null, null);
    } else if (!migration.calls()) {
      return false;
    }
    migration.attach(leg, outcome);
    relay.visitBy(relay.now());
    return true;
  }

  /** See {@link Relay#abandon}. */
  void abandon() {
    if (migration != null && migration.calls()) {
      migration.fail(MoveOutcome.Failure.BACKEND);
    }
  }

  /**
   * Begins to look for another backend, if one is gone and the relay can go on elsewhere.
   *
   * @param code of its Close
   * @param how it went
   */
  boolean rescue(Leg gone, Resume why, int code, String how) {
    Leg backend = relay.backend();
    if (policy == null || gone != backend || relay.closing() || relay.ended()) {
      return false;
    }
    if (migration != null && (migration.onEnd(gone) || migration.rescues())) {
      return true; // it is known to be gone, or left for another already
    }
    if (why == Resume.CLOSED ? !policy.onClose().contains(code) : !policy.onFailure()) {
      return false;
    }
    if (migration != null) {
      migration.giveWay();
    }
    // What is held already has been heard by nobody, and what went before it is whole.
    Hold held = client.inlet.hold();
    boolean whole = held != null || client.inlet.betweenMessages();
    boolean alive = client.isOpen() && !client.inlet.ended() && !relay.closing();
    Runnable begin =
        whole && backend.inlet.betweenMessages() && alive && spoken()
            ? relay.owner().rescue(relay, why, how)
            : null;
    if (begin == null) {
      client.inlet.letGo();
      client.resumeReading();
      return false;
    }
    Hold hold = held == null ? new Hold() : held;
    migration = Migration.rescue(relay, policy, client, backend, hold, code, how);
    backend.outlet.farewell(CloseCode.isSendable(code) ? code : CloseCode.GOING_AWAY, "");
    client.outlet.flush();
    backend.leave(patience);
    begin.run();
    return true;
  }

  /** A leg's input has ended; whether that is a move's affair. */
  boolean onEnd(Leg leg) {
    return migration != null && migration.onEnd(leg);
  }

  /** Something came from a leg. */
  void onRead(Leg from, boolean data) {
    if (migration != null) {
      migration.onRead(from, data);
    }
  }

  /** A Close of the client is held. */
  void onHeldClose() {
    if (migration != null) {
      migration.onClientClosed();
    }
  }

  /** The relay ends: a move under way ends with it. */
  void onEnding() {
    if (migration != null) {
      migration.onEnding();
    }
  }

  /** Does what is due. */
  void visit() {
    if (migration != null) {
      migration.visit(relay.time());
    }
  }

  /** The move is over, with or without success. */
  void over() {
    migration = null;
  }
}
