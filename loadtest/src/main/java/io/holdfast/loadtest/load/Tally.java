package io.holdfast.loadtest.load;

import io.holdfast.loadtest.wire.DialFailure;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** One worker's counters; belongs to its event loop until the run is over. Times in nanoseconds. */
final class Tally {
  private static final long LONGEST = 3_600_000_000_000L;

  long asked;
  long opened;
  long compressed;
  long failed;
  long sent;
  long echoed;
  long mismatched;
  long outOfOrder;
  long duplicated;
  long lost;
  long unsent;
  long bytesEchoed;
  long early;
  long maxLoopDelay;
  final Map<String, Long> failures = new TreeMap<>();
  final Map<String, String> reasons = new TreeMap<>();
  final Map<String, Long> closes = new TreeMap<>();
  final Map<String, Long> abnormal = new TreeMap<>();
  final Histogram latency = new Histogram(1_000, LONGEST, 3);
  final Histogram handshakes = new Histogram(1_000, LONGEST, 3);

  static void count(Map<String, Long> map, String key) {
    map.merge(key, 1L, Long::sum);
  }

  /** A dial failed; of each kind the first message is kept. */
  void failure(DialFailure failure) {
    failed++;
    count(failures, failure.kind());
    reasons.putIfAbsent(failure.kind(), failure.message());
  }

  void latency(long nanos) {
    latency.recordValue(Math.clamp(nanos, 0, LONGEST));
  }

  void handshake(long nanos) {
    handshakes.recordValue(Math.clamp(nanos, 0, LONGEST));
  }

  /** Adds {@code other} to this one. */
  void add(Tally other) {
    asked += other.asked;
    opened += other.opened;
    compressed += other.compressed;
    failed += other.failed;
    sent += other.sent;
    echoed += other.echoed;
    mismatched += other.mismatched;
    outOfOrder += other.outOfOrder;
    duplicated += other.duplicated;
    lost += other.lost;
    unsent += other.unsent;
    bytesEchoed += other.bytesEchoed;
    early += other.early;
    maxLoopDelay = Math.max(maxLoopDelay, other.maxLoopDelay);
    other.failures.forEach((key, n) -> failures.merge(key, n, Long::sum));
    other.reasons.forEach(reasons::putIfAbsent);
    other.closes.forEach((key, n) -> closes.merge(key, n, Long::sum));
    other.abnormal.forEach((key, n) -> abnormal.merge(key, n, Long::sum));
    latency.add(other.latency);
    handshakes.add(other.handshakes);
  }
}
