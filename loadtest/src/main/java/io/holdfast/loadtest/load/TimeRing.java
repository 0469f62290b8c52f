package io.holdfast.loadtest.load;

/** The due times of messages under way, by sequence number; grows as needed. */
final class TimeRing {
  private long[] times = new long[4];

  /**
   * Stores the time of {@code sequence}.
   *
   * @param oldest the lowest sequence number still to be asked for
   */
  void put(long sequence, long oldest, long nanos) {
    if (sequence - oldest >= times.length) {
      long[] wider =
          new long
              [Math.max(
                  times.length * 2, Math.toIntExact(Long.highestOneBit(sequence - oldest) * 2))];
      for (long i = oldest; i < sequence; i++) {
        wider[(int) i & (wider.length - 1)] = times[(int) i & (times.length - 1)];
      }
      times = wider;
    }
    times[(int) sequence & (times.length - 1)] = nanos;
  }

  long get(long sequence) {
    return times[(int) sequence & (times.length - 1)];
  }
}
