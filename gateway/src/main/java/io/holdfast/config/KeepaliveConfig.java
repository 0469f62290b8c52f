package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.model.Keepalive;
import java.time.Duration;

/** {@code keepalive} of a service. */
record KeepaliveConfig(
    @Option(
            value =
                "A leg from which no byte came for this long is sent a Ping. The default is below"
                    + " the 30 s after which some networks forget a quiet connection.",
            zero = "no Pings of ours, so dead peers are found by TCP alone")
        Duration ping,
    @Option("Without any byte for this long after such a Ping, the leg is dead.")
        Duration pongTimeout,
    @Option(
            value =
                "Without a data message either way for this long, the relay ends; Pings do not"
                    + " count. Quiet chats are not dead ones, so it is off.",
            zero = "quiet relays live on")
        Duration idle) {

  static KeepaliveConfig read(Section in) {
    return new KeepaliveConfig(
        in.value("ping", "25s", Parsers::durationOrOff),
        in.value("pongTimeout", "60s", Parsers::duration),
        in.value("idle", "off", Parsers::durationOrOff));
  }

  Keepalive compile() {
    return new Keepalive(ping, pongTimeout, idle);
  }
}
