package io.holdfast.balance;

import io.holdfast.model.Backend;
import org.jspecify.annotations.Nullable;

/**
 * A place at a backend, counted from its choice to its {@link #close}. Not thread-safe: it belongs
 * to one request and its event loop.
 */
public final class Lease implements Choice, AutoCloseable {
  private final LiveBackend live;
  private final Backend backend;
  private Kind kind;
  private boolean open = true;

  /** What the backend was when it was chosen. */
  private final State chosenIn;

  /** It is the one that tries a backend that was ejected, until that is decided. */
  private boolean trial;

  /** Whether it is the one that tries, or has tried, a backend that was ejected. */
  private final boolean tries;

  /** What the place is used for. */
  public enum Kind {
    /** Of a handshake that waits for its turn: its backend has heard nothing of it. */
    WAITING(0),
    HANDSHAKE(Slot.BUSY),
    /** Of a relay that is about to move here. */
    MOVE(0),
    RELAY(0),
    EXCHANGE(0);

    /** Flags of a {@link Slot} any of which says that there is no such place. */
    final int closed;

    Kind(int closed) {
      this.closed = Slot.BLOCKED | Slot.FULL | closed;
    }
  }

  /**
   * A place that {@link Places#take} has counted.
   *
   * @param trial whether it has taken the backend's place of a trial
   */
  Lease(LiveBackend live, Backend backend, Kind kind, boolean trial) {
    this.live = live;
    this.backend = backend;
    this.kind = kind;
    this.chosenIn = live.state();
    this.trial = trial;
    this.tries = trial;
  }

  /** A place there; null when it is full, or somebody else is trying it just now. */
  static @Nullable Lease at(Candidate candidate, Kind kind) {
    LiveBackend live = candidate.live();
    boolean trial = live.state() == State.TRIAL;
    if (trial && !live.takeTrial()) {
      return null;
    }
    if (live.places().take(kind)) {
      return new Lease(live, candidate.backend(), kind, trial);
    }
    if (trial) {
      live.wasTried();
    }
    return null;
  }

  private void endTrial() {
    if (trial) {
      trial = false;
      live.wasTried();
    }
  }

  /** What the backend was when it was chosen: an answer says nothing of what came later. */
  public State chosenIn() {
    return chosenIn;
  }

  /** Whether its answer decides over a backend on trial. */
  public boolean tries() {
    return tries;
  }

  /** Who gave the place. */
  public LiveBackend live() {
    return live;
  }

  /** How it is configured, as of the choice. */
  public Backend backend() {
    return backend;
  }

  /** What it is used for just now. */
  public Kind kind() {
    return kind;
  }

  /** Goes on as a place of another kind. */
  public void become(Kind other) {
    endTrial();
    if (open && kind != other) {
      live.places().change(kind, other);
      kind = other;
    }
  }

  /** Its handshake is to wait for its turn. A trial goes on: the backend has not been asked yet. */
  void await() {
    live.places().change(kind, Kind.WAITING);
    kind = Kind.WAITING;
  }

  /**
   * The handshake begins: its turn has come, if the place waited for one, or the relay that is to
   * move here has settled.
   *
   * @return false when its backend has as many pending handshakes as it may have
   */
  public boolean begin() {
    if (kind == Kind.WAITING || kind == Kind.MOVE) {
      if (!live.places().begin(kind)) {
        return false;
      }
      kind = Kind.HANDSHAKE;
    }
    return true;
  }

  /** Gives the place back; a second time does nothing. */
  @Override
  public void close() {
    if (open) {
      open = false;
      endTrial();
      live.places().giveBack(kind);
    }
  }
}
