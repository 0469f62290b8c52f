package io.holdfast.config;

import io.holdfast.config.source.Parser;
import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.model.Capacity;
import java.time.Duration;

/** {@code capacity} of a service. */
record CapacityConfig(
    @Option(
            value =
                "Relays, handshakes under way and HTTP exchanges in flight of one backend"
                    + " together.",
            zero = "no limit")
        int maxConnections,
    @Option(
            value = "Handshakes under way of one backend. HTTP requests go on beyond it.",
            zero = "no limit")
        int maxPendingHandshakes,
    @Option(
            "A full backend is chosen by no algorithm. This is what becomes of a client that was"
                + " promised a full one, or finds all full: `next`, another backend, or 503 when"
                + " all are full; `queue`, it waits for a place there, or anywhere; `refuse`, 503"
                + " at once.")
        Capacity.WhenFull whenFull,
    @Option("How long one waits in the queue. Then 503.") Duration queueTimeout) {

  private static final Parser<Integer> MOST = Parsers.number(0, 10_000_000);

  static CapacityConfig read(Section in) {
    boolean whenFullGiven = in.find("whenFull") != null;
    boolean queueTimeoutGiven = in.find("queueTimeout") != null;
    CapacityConfig capacity =
        new CapacityConfig(
            in.value("maxConnections", "0", MOST),
            in.value("maxPendingHandshakes", "0", MOST),
            in.value("whenFull", "next", Parsers.oneOf(Capacity.WhenFull.class)),
            in.value("queueTimeout", "5s", Parsers::duration));
    capacity.check(in, whenFullGiven, queueTimeoutGiven);
    return capacity;
  }

  private void check(Section in, boolean whenFullGiven, boolean queueTimeoutGiven) {
    if (whenFullGiven && maxConnections == 0 && maxPendingHandshakes == 0) {
      in.error(
          "whenFull",
          "has no use without a limit; expected maxConnections or maxPendingHandshakes beside it");
    }
    if (queueTimeoutGiven && whenFull != Capacity.WhenFull.QUEUE) {
      in.error(
          "queueTimeout",
          "has no use with " + Parsers.word(whenFull) + "; expected whenFull: queue beside it");
    }
  }

  Capacity compile() {
    return new Capacity(maxConnections, maxPendingHandshakes, whenFull, queueTimeout);
  }
}
