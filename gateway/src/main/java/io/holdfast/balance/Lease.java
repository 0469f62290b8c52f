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
    live.count(kind).incrementAndGet();
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
      live.count(other).incrementAndGet();
      live.count(kind).decrementAndGet();
      kind = other;
    }
  }

  /** Gives the place back; a second time does nothing. */
  @Override
  public void close() {
    if (open) {
      open = false;
      live.count(kind).decrementAndGet();
    }
  }
}
