package io.holdfast.balance;

/** Hears of backends whose {@link State} changes. */
@FunctionalInterface
public interface StateListener {

  /**
   * A backend's state has changed. Changes of one backend come in order; may be called by any
   * thread, and must not block.
   *
   * @param why in a few words, such as {@code probe: no Pong in 2s}
   */
  void onChange(LiveBackend backend, State from, State to, String why);
}
