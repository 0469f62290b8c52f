package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.model.Timeouts;
import java.time.Duration;

/** {@code timeouts} of a service. */
record TimeoutsConfig(
    @Option("To dial a backend, TLS included. Then the next one is tried.") Duration connect,
    @Option(
            "From the sent opening request to the whole head of its answer. Then the next backend"
                + " is tried.")
        Duration handshake,
    @Option(value = "From a sent HTTP request to the head of its answer.", zero = "no bound")
        Duration response,
    @Option(
            value =
                "Without a byte either way in the middle of an HTTP exchange. Server-sent events"
                    + " that are quiet for longer need more.",
            zero = "no bound")
        Duration exchange,
    @Option(
            value =
                "Without progress while a peer does not read what waits for it. Then the relay is"
                    + " reset.",
            zero = "no bound")
        Duration write,
    @Option("From a Close frame that was passed or sent to its answer.") Duration close,
    @Option(
            value = "How long an idle backend connection is kept for the next HTTP exchange.",
            zero = "none is kept")
        Duration pool) {

  static TimeoutsConfig read(Section in) {
    return new TimeoutsConfig(
        in.value("connect", "10s", Parsers::duration),
        in.value("handshake", "10s", Parsers::duration),
        in.value("response", "60s", Parsers::durationOrOff),
        in.value("exchange", "5m", Parsers::durationOrOff),
        in.value("write", "10s", Parsers::durationOrOff),
        in.value("close", "5s", Parsers::duration),
        in.value("pool", "60s", Parsers::durationOrOff));
  }

  Timeouts compile() {
    return new Timeouts(connect, handshake, response, exchange, write, close, pool);
  }
}
