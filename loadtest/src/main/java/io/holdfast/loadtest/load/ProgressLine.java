package io.holdfast.loadtest.load;

/** Hears how a run goes, a few times a second, on the run's thread. */
public interface ProgressLine {
  /** Says nothing. */
  ProgressLine SILENT = _ -> {};

  /**
   * What there is to show.
   *
   * @param phase {@code open}, {@code warm up}, {@code measure}, {@code drain} or {@code close}
   * @param done how far the phase is, 0 to 1
   * @param open connections that are open now
   * @param messagesPerSecond echoes per second since the last call
   * @param errors failed connections and wrong or lost messages so far
   */
  record State(String phase, double done, int open, double messagesPerSecond, long errors) {}

  void show(State state);
}
