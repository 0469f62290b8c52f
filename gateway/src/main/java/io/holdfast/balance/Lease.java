package io.holdfast.balance;

import io.holdfast.model.Backend;

/**
 * A place at a backend, counted from its choice to its {@link #close}. Not thread-safe: it belongs
 * to one request and its event loop.
 */
public final class Lease implements AutoCloseable {
  private final LiveBackend live;
  private final Backend backend;
  private Kind kind;
  private boolean open = true;

  /** Whether it is the one that tries a backend that was ejected. */
  private final boolean trial;

  /** What the place is used for. */
  public enum Kind {
    HANDSHAKE,
    RELAY,
    EXCHANGE
  }

  Lease(LiveBackend live, Backend backend, Kind kind) {
    this.live = live;
    this.backend = backend;
    this.kind = kind;
    trial = live.state() == State.TRIAL;
    live.take(kind);
  }

  /** Who gave the place. */
  public LiveBackend live() {
    return live;
  }

  /** How it is configured, as of the choice. */
  public Backend backend() {
    return backend;
  }

  /** Goes on as a place of another kind. */
  public void become(Kind other) {
    if (open && kind != other) {
      live.change(kind, other);
      kind = other;
    }
  }

  /** Gives the place back; a second time does nothing. */
  @Override
  public void close() {
    if (open) {
      open = false;
      if (trial) {
        live.wasTried();
      }
      live.giveBack(kind);
    }
  }
}
