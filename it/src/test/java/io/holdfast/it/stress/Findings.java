package io.holdfast.it.stress;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What all peers of a run have seen together. Thread-safe. */
final class Findings {
  private final Set<Peer> live = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
  private final LongAdder ends = new LongAdder();
  final LongAdder bytes = new LongAdder();
  final LongAdder gatewayPings = new LongAdder();

  void begins(Peer peer) {
    live.add(peer);
    ends.increment();
  }

  void ends(Peer peer) {
    live.remove(peer);
  }

  /** Whether no peer is connected. */
  boolean idle() {
    return live.isEmpty();
  }

  /** Keeps the first failure; the others may follow from it. */
  void fail(Object who, Throwable cause) {
    StringWriter trace = new StringWriter();
    cause.printStackTrace(new PrintWriter(trace));
    fail(who + ": " + trace);
  }

  /** A peer has not ended in time: says of all what they wait for. */
  void hangs(Peer peer) {
    fail(
        peer
            + " does not end; connected are:\n"
            + live.stream().map(Peer::toString).sorted().collect(Collectors.joining("\n")));
  }

  private void fail(String what) {
    failure.compareAndSet(null, what);
  }

  /** The first failure, if any. */
  @Nullable String failure() {
    return failure.get();
  }

  @Override
  public String toString() {
    return "%d relays, %d MB compared, %d Pings of the gateway"
        .formatted(ends.sum() / 2, bytes.sum() / 1_000_000, gatewayPings.sum());
  }
}
