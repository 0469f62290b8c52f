package io.holdfast.relay;

import io.holdfast.model.MigrationPolicy;
import io.holdfast.model.MigrationPolicy.Busy;
import io.holdfast.relay.MoveOutcome.Failure;
import org.jspecify.annotations.Nullable;

/**
 * The first part of a planned move: waits until both ends are silent, or, of a busy relay, until
 * the client has ended its message and the backend has had its last words. Holds the client then.
 *
 * <p>A new backend is there before, unless it is told a prologue: such a one waits for its first
 * message for a few seconds only, so it is called when there is nothing more to wait for.
 */
final class Settling {
  private enum Step {
    /** Waits for silence both ways. */
    SILENCE,
    /** A new backend has been called, and all goes on until it is there. */
    CALLING,
    /** Was never silent: waits for the end of the client's message. */
    MESSAGE_END,
    /** The client is held: the old backend may have its last words. */
    LAST_WORDS,
    OVER
  }

  /** Of a busy relay so many times the silence is waited for once its client is held. */
  private static final int LAST_WORDS = 2;

  private final Relay relay;
  private final MigrationPolicy policy;
  private final Leg client;
  private final Leg old;
  private final Migration move;
  private final Silence silence;

  /** Calls a new backend; null if that is done, or there was one from the beginning. */
  private @Nullable Runnable call;

  private Step step = Step.SILENCE;
  private final long begunAt;
  private long since;
  private long calledAt;
  private boolean silent = true;

  /**
   * Begins to wait.
   *
   * @param call has a new backend attached, or the move fail; null if there is one
   */
  Settling(
      Relay relay,
      MigrationPolicy policy,
      Leg client,
      Leg old,
      Migration move,
      @Nullable Runnable call) {
    this.relay = relay;
    this.policy = policy;
    this.client = client;
    this.old = old;
    this.move = move;
    this.call = call;
    this.silence = new Silence(relay, policy, client, old);
    this.begunAt = relay.time();
    this.since = begunAt;
  }

  /** Nanoseconds till {@code time}. */
  long lasted(long time) {
    return time - begunAt;
  }

  /** Whether the relay was silent in time. */
  boolean silent() {
    return silent;
  }

  /** Whether a new backend has been called and is not there. */
  boolean calls() {
    return step == Step.CALLING;
  }

  /** Whether it has waited for silence for as long as it may. */
  boolean outOfTime() {
    return step == Step.SILENCE && relay.time() - since >= policy.atMost().toNanos();
  }

  /** The new backend that was called is there. */
  void answered() {
    long now = relay.time();
    since += now - calledAt; // something may have been said meanwhile: the rest of its time
    step = Step.SILENCE;
    visit(now);
  }

  /** A data message, or a part of it, has come. */
  void onData() {
    silence.broken();
  }

  /** Does what is due. */
  void visit(long now) {
    silence.look();
    long waited = now - since;
    boolean late = waited >= policy.timeout().toNanos();
    switch (step) {
      case SILENCE -> {
        if (silence.lasts(now) && silence.atRest() && isOpened()) {
          if (!called()) {
            over();
          }
        } else if (waited >= policy.atMost().toNanos()) {
          onBusy();
        }
      }
      case MESSAGE_END -> {
        if (late) {
          move.fail(Failure.UNFINISHED);
        }
      }
      case LAST_WORDS -> {
        long listened = now - Math.max(since, relay.loop().lateAt());
        boolean heard = silence.lasts(now) || listened >= LAST_WORDS * policy.quiet().toNanos();
        if (heard && old.inlet.betweenMessages() && old.outlet.isEmpty()) {
          over();
        } else if (late) {
          move.fail(Failure.UNFINISHED);
        }
      }
      default -> {}
    }
  }

  /** An answer to the prologue that is still to come would reach the client from both. */
  private boolean isOpened() {
    return relay.mobility().spoken() && relay.mobility().answered();
  }

  /** Calls a new backend, if there is none yet. */
  private boolean called() {
    Runnable wanted = call;
    if (wanted == null) {
      return false;
    }
    call = null;
    calledAt = relay.time();
    step = Step.CALLING;
    wanted.run();
    return true;
  }

  private void onBusy() {
    if (!isOpened()) {
      move.fail(Failure.PROLOGUE);
    } else if (policy.busy() == Busy.CLOSE) {
      relay.end(relay.drainCode(), "moves", "never silent");
    } else if (policy.busy() == Busy.LEAVE) {
      move.fail(Failure.BUSY_LEFT);
    } else if (!called()) {
      silent = false;
      since = relay.time();
      if (client.inlet.betweenMessages()) {
        onMessageEnd();
      } else {
        step = Step.MESSAGE_END;
        client.inlet.take(new UntilMessage(client.inlet, this::onMessageEnd));
      }
    }
  }

  private void onMessageEnd() {
    move.holdClient();
    since = relay.time();
    step = Step.LAST_WORDS;
  }

  private void over() {
    step = Step.OVER;
    if (silent) {
      move.holdClient();
    }
    move.open();
  }

  /** The move fails, or its relay ends. */
  void stop() {
    if (step == Step.MESSAGE_END) {
      client.inlet.straight();
    }
    step = Step.OVER;
  }
}
