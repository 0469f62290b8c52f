package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Rate;
import io.holdfast.config.source.Section;
import io.holdfast.model.HandshakePacing;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@code handshakes} of a service. */
record HandshakesConfig(
    @Option(
            value = "WebSocket handshakes that go to all backends together.",
            otherwise = "no limit")
        @Nullable Rate rate,
    @Option(
            value =
                "WebSocket handshakes that go to each backend that has joined, or come back, within"
                    + " `warm`.",
            otherwise = "no limit")
        @Nullable Rate perBackend,
    @Option("For how long `perBackend` holds.") Duration warm,
    @Option(
            "How long a handshake waits for its turn at most. One that would have to wait longer"
                + " gets 503 at once.")
        Duration queueTimeout,
    @Option(
            "Clients that are turned away are told by `Retry-After` to come back after some"
                + " seconds, at random up to this, so that they do not come back together.")
        Duration retryAfter) {

  static HandshakesConfig read(Section in) {
    boolean warmGiven = in.find("warm") != null;
    HandshakesConfig handshakes =
        new HandshakesConfig(
            in.optional("rate", Parsers::rate),
            in.optional("perBackend", Parsers::rate),
            in.value("warm", "30s", Parsers::duration),
            in.value("queueTimeout", "5s", Parsers::durationOrOff),
            in.value("retryAfter", "10s", Parsers::duration));
    if (warmGiven && handshakes.perBackend == null) {
      in.error("warm", "has no use without perBackend; expected both, or neither");
    }
    return handshakes;
  }

  HandshakePacing compile() {
    return new HandshakePacing(
        rate == null ? 0 : rate.perSecond(),
        perBackend == null ? 0 : perBackend.perSecond(),
        warm,
        queueTimeout,
        retryAfter);
  }
}
