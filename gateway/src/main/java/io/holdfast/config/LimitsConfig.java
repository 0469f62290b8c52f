package io.holdfast.config;

import io.holdfast.config.source.Parsers;
import io.holdfast.config.source.Section;
import io.holdfast.config.source.Size;
import io.holdfast.model.Limits;
import java.time.Duration;

/** {@code limits}. */
record LimitsConfig(
    @Option(
            value =
                "Client connections at once, over all listeners. More are answered with 503 and"
                    + " `Retry-After`. `auto` (and 0) is half of the files that the process may"
                    + " open, less 100, since a relay takes two; where that number is unknown it is"
                    + " no limit. `off` is no limit of ours.")
        ConnectionCap connections,
    @Option(
            value =
                "Client connections at once from one address (IPv6: one /64). More are answered"
                    + " with 429 and `Retry-After`. Mind that offices and phone networks share one"
                    + " address, and that behind a proxy all clients have the proxy's.",
            zero = "no limit")
        int connectionsPerAddress,
    @Option(
            "Request line and header fields of one request together. More is answered with 431, so"
                + " that a client cannot make us hold memory at will.")
        Size head,
    @Option("Header fields of one request. More is answered with 431.") int headers,
    @Option(
            "From the accept, TLS included, or the first byte of a later request, to the end of its"
                + " head. It stops clients that send a byte now and then to hold connections.")
        Duration headTimeout,
    @Option("How long a client connection may wait between two requests.")
        Duration keepAliveTimeout) {

  private static final long LARGEST_HEAD = 1 << 20;

  static LimitsConfig read(Section in) {
    return new LimitsConfig(
        in.value("connections", "auto", ConnectionCap::parse),
        in.value("connectionsPerAddress", "0", Parsers.number(0, ConnectionCap.MOST)),
        in.value("head", "16KiB", LimitsConfig::head),
        in.value("headers", "100", Parsers.number(1, 10_000)),
        in.value("headTimeout", "10s", Parsers::duration),
        in.value("keepAliveTimeout", "60s", Parsers::duration));
  }

  private static Size head(String text) {
    Size size = Parsers.size(text);
    if (size.bytes() > LARGEST_HEAD || size.bytes() < 256) {
      throw new IllegalArgumentException("expected a size from 256 to 1MiB");
    }
    return size;
  }

  /**
   * The limits of a process that may open so many files.
   *
   * @param openFiles 0 for unknown or unlimited
   */
  Limits compile(long openFiles) {
    return new Limits(
        connections.within(openFiles),
        connectionsPerAddress,
        (int) head.bytes(),
        headers,
        headTimeout,
        keepAliveTimeout);
  }
}
