package io.holdfast.loadtest.scenario;

import java.util.function.Consumer;

/** Plays a scenario, in this process or in others. */
interface Players {
  /**
   * Plays it, and returns when it is over.
   *
   * @param listener is told of each second, by the calling thread
   */
  void play(Consumer<Second> listener) throws InterruptedException;

  /** Ends it now, in order. From any thread. */
  void stop();
}
